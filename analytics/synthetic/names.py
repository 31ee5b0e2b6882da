"""Names for made-up people. Given and family names are drawn from these lists independently of each other and of every
characteristic: a name in the made-up system says nothing about ethnicity or sex, so nobody can infer one from the other
(or test whether a method secretly does) and no list of names "of" a group is ever written down.
"""

from __future__ import annotations

import unicodedata

GIVEN = (
    "Aaliyah", "Abimbola", "Adaeze", "Agnieszka", "Aisha", "Alan", "Alejandra", "Aleksandra", "Alice", "Amara",
    "Amelia", "Amit", "Ana", "Andrzej", "Aneurin", "Anita", "Anjali", "Anwen", "Aoife", "Arjun", "Arthur", "Ayesha",
    "Babatunde", "Beata", "Bernadette", "Bethan", "Blessing", "Brendan", "Bronwen", "Callum", "Carys", "Catherine",
    "Charlotte", "Chi", "Chidi", "Chinedu", "Ciarán", "Claire", "Daniel", "David", "Deborah", "Deepa", "Dilys",
    "Dylan", "Ebele", "Efua", "Eilidh", "Eimear", "Eleri", "Elin", "Elizabeth", "Emeka", "Emma", "Emmanuel", "Ewa",
    "Farah", "Fatima", "Fiona", "Folake", "Funmilayo", "Gareth", "George", "Gethin", "Grace", "Grzegorz", "Gwen",
    "Hannah", "Harpreet", "Harriet", "Hassan", "Helen", "Huw", "Ibrahim", "Ifeoma", "Ines", "Ioan", "Isaac", "Isla",
    "Iwan", "Jack", "Jakub", "James", "Jaswinder", "Jennifer", "Joanna", "Joseph", "Joy", "Jun", "Kamal", "Karen",
    "Karolina", "Katarzyna", "Kavita", "Kwame", "Lakshmi", "Lauren", "Leila", "Liam", "Linda", "Llinos", "Lowri",
    "Lucy", "Magdalena", "Mahmoud", "Mair", "Małgorzata", "Manjit", "Marek", "Margaret", "Maria", "Marta", "Mary",
    "Mei", "Michael", "Mohammed", "Monika", "Muhammad", "Nadia", "Nana", "Naomi", "Neha", "Ngozi", "Niamh",
    "Nicola", "Nkechi", "Noor", "Nuala", "Oisín", "Olivia", "Olumide", "Oluwaseun", "Omar", "Orla", "Owen", "Paul",
    "Pavel", "Peter", "Piotr", "Precious", "Priya", "Rachel", "Rajesh", "Ravi", "Rhian", "Rhodri", "Rhys", "Robert",
    "Róisín", "Rosa", "Ruth", "Sadia", "Samuel", "Sandeep", "Sarah", "Sean", "Sinéad", "Siân", "Simon", "Sofia",
    "Sophie", "Stephen", "Sunita", "Susan", "Tariq", "Temitope", "Thomas", "Tomasz", "Tunde", "Usha", "Victoria",
    "Wei", "William", "Yasmin", "Yusuf", "Zainab", "Zara", "Zofia",
)  # fmt: skip

FAMILY = (
    "Abbott", "Achebe", "Adams", "Adebayo", "Adeyemi", "Agarwal", "Ahmed", "Akhtar", "Ali", "Allen", "Amoah",
    "Anderson", "Asante", "Bailey", "Baker", "Banerjee", "Begum", "Bell", "Bevan", "Boateng", "Bowen", "Brennan",
    "Brown", "Burke", "Butt", "Byrne", "Campbell", "Carter", "Chan", "Chaudhry", "Chen", "Chowdhury", "Clarke",
    "Collins", "Cooper", "Costa", "Cox", "Daly", "Das", "Davies", "Desai", "Diallo", "Dąbrowski", "Doyle",
    "Edwards", "Ellis", "Eze", "Evans", "Fernandes", "Fitzgerald", "Foster", "Gallagher", "Garcia", "Gill", "Green",
    "Griffiths", "Gupta", "Gwyn", "Hall", "Harris", "Hassan", "Hill", "Hossain", "Howells", "Hughes", "Hussain",
    "Ibrahim", "Islam", "Iyer", "Jackson", "James", "Jenkins", "Johnson", "Jones", "Joshi", "Kamara", "Kamiński",
    "Kaur", "Kelly", "Khan", "King", "Kowalczyk", "Kowalski", "Kumar", "Lee", "Lewandowski", "Lewis", "Li",
    "Llewellyn", "Lloyd", "Mahmood", "Malik", "Martin", "Mazur", "McCarthy", "McDonald", "Mehta", "Mensah", "Miah",
    "Mitchell", "Mohamed", "Moore", "Morgan", "Morris", "Murphy", "Murray", "Nair", "Nowak", "Nwosu", "O'Brien",
    "O'Connor", "Obi", "Ochieng", "Okafor", "Okeke", "Okonkwo", "Oladipo", "Olsen", "Osei", "Owen", "Owusu",
    "Parker", "Parry", "Patel", "Pereira", "Phillips", "Powell", "Price", "Pritchard", "Quinn", "Rahman", "Rao",
    "Rees", "Reid", "Rhys", "Richards", "Roberts", "Robinson", "Ryan", "Santos", "Scott", "Shah", "Sharma", "Shaw",
    "Silva", "Singh", "Smith", "Stewart", "Suleiman", "Sullivan", "Szymański", "Taylor", "Thomas", "Thompson",
    "Tran", "Turner", "Uddin", "Vaughan", "Walker", "Walsh", "Wang", "Ward", "Watson", "White", "Williams",
    "Wilson", "Wiśniewski", "Wong", "Wood", "Wójcik", "Wright", "Yeboah", "Young", "Yusuf", "Zhang", "Zieliński",
)  # fmt: skip

# Letters that are letters of their own and do not come apart into a plain one and an accent.
PLAIN = str.maketrans({"ł": "l", "Ł": "L", "'": ""})


def plain(name: str) -> str:
    """A name in lower-case letters a to z, for an e-mail address."""
    apart = unicodedata.normalize("NFD", name.translate(PLAIN))
    return "".join(letter for letter in apart if letter.isascii()).lower()
