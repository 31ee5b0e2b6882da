"""The words of made-up pipelines, critical roles, requests and threads."""

# code, title, family, level, what it is for, who it is for, who looks after it
PIPELINES = (
    ("matron", "Towards matron", "nursing", 8,
     "To have matrons ready in every hospital before the next three retire, and to know who they are.",
     "You lead a ward or a team of nurses, or have stood in for a lead.\nYou want to look after more than one team.",
     "Bronwen Parry and the nursing directorate"),
    ("operations", "Into operational management", "operations", 7,
     "For people who run things well in any service and want to run a service.",
     "You plan other people’s work, in any job family.\nYou have changed how something is done, with those who do it.",
     "The operations academy"),
    ("community", "Leading in the community", "nursing", 7,
     "To bring ward experience to community teams, and to lead across the two.",
     "You have worked in a hospital or in the community for two years.\nYou want to lead a team that crosses both.",
     "Community services leadership group"),
    ("midwifery", "Towards head of midwifery", "midwifery", 8,
     "Few do this role and it takes years to learn. We begin early.",
     "You lead a midwifery team or a clinical area.\nYou have taken part in a review after something went wrong.",
     "Regional maternity network"),
    ("social", "Leading in social work", "social_work", 7,
     "For practitioners who want to lead practice, not leave it.",
     "You have three years as a social worker.\nYou have supervised a student or a new colleague.",
     "Principal social worker’s team"),
    ("people", "Senior roles in people and culture", "people", 8,
     "To have people ready to lead this work who have done other work first.",
     "You work in people, education or change, or want to come into it from a service.",
     "People directorate"),
)  # fmt: skip
WHY_ENTERED = (
    "I have led my ward for a year and stood in for the matron twice. I would like to plan for three wards at once.",
    "I ran the winter rota for two teams when our lead was away. I learnt more in those weeks than in the year before.",
    "I have supervised four new colleagues. I would like to do more of that, and to be able to decide things for them.",
    "People come to me when a shift goes wrong. I want to be somebody who changes why it does.",
)
NOTED = (
    "You made sense of two services that had stopped talking. I think you would be good at leading across both.",
    "Your huddles are the ones that other teams copy.",
    "You told us early when the plan would not work, and brought another one.",
)
REVIEWED = {
    "developing": (
        "Leads one ward well; a budget and a second team are still to come. Agreed: six weeks with the site team.",
        "Led the discharge project with two teams. Still to do: hold a budget for a year.",
        "Chaired the rota group since May. Would like to shadow a service manager.",
    ),
    "ready_soon": (
        "Stood in for six weeks in spring and kept the huddles going. Next: a year of planning staff across wards.",
        "Led the merger of two offices. Next: a term with finance.",
    ),
    "ready_now": (
        "Acted up from March to July, with the same results as the year before and two fewer vacancies.",
        "Has run the service at weekends for a year, and trained their own replacement.",
    ),
    "placed": ("Appointed in September after two other roles. Mentors the next person.",),
}
# title, family, level, why
ROLES = (
    ("Matron for surgery", "nursing", 8, "Four wards and theatres meet in it. It was empty for five months last time."),
    ("Head of site operations", "operations", 8, "Decides each night whether the hospital can take more patients."),
    ("Head of midwifery", "midwifery", 8, "Required by the regulator, and few people in the region can do it."),
    ("Theatre manager", "operations", 7, "Knows which surgeons can swap lists. Nobody else does."),
    ("Community matron", "nursing", 7, "The one name that 14 practices ring."),
    ("Head of social work practice", "social_work", 8, "Signs off the hardest decisions."),
    ("Lead for workforce planning", "people", 7, "Built the model that the board decides by."),
    ("Head of education", "education", 8, "Holds the contracts with three universities."),
    ("Chief pharmacist", "pharmacy", 8, "Required by law."),
    ("Head of digital services", "digital", 8, "The only one who has moved a patient record before."),
    ("Finance business partner for estates", "finance", 7, "Knows the lease of every building."),
    ("Programme lead for discharge", "change", 7, "Holds together what four employers agreed."),
)  # fmt: skip
# title, family, level, what is needed, more, how it stands, why it ended
REQUESTS = (
    ("Interim head of midwifery", "midwifery", 8, "Has led a maternity review",
     "Six months while we appoint. Two days a week may be from home.",
     "open", None),
    ("Ward manager for a new frailty ward", "nursing", 7, "Has opened or changed a ward",
     "Opens with 18 beds. The team is half appointed.",
     "open", None),
    ("Lead for the winter plan", "operations", 7, "Can bring five services to one plan", "",
     "open", None),
    ("Social work lead for hospital discharge", "social_work", 7, "Knows both a ward and a locality team",
     "Based with the hospital team, employed where you are.",
     "open", None),
    ("Cover for a community matron", "nursing", 7, "Prescribes", "",
     "open", None),
    ("Project lead for shared rotas", "change", 7, "Has run a rota", "",
     "filled", None),
    ("Interim head of people", "people", 8, "Has led through a merger", "",
     "unfilled", "dates_did_not_fit"),
    ("Finance lead for a bid", "finance", 7, "Has written a business case", "",
     "withdrawn", "no_funding"),
)  # fmt: skip
# about, title, what was seen: where, what happened, why, what helped. With nothing seen, the person is asked.
THREADS = (
    ("practice", "Three questions instead of a list",
     (("Ward 4", "The huddle asked three questions. Falls were talked about before they happened.",
       "The night staff were asked to choose the questions.", ["room_to_try", "clear_purpose"]),
      ("Community team east", "Two members of the ward team moved and took the questions with them.",
       "Nobody told them to. They missed it and began again.", ["peers", "other_organisation"]))),
    ("team", "The discharge lounge that never closes early",
     (("Discharge lounge", "Kept open by four porters who changed their own shifts.",
       "Their manager trusted them with the rota.", ["trust_of_a_leader", "time"]),)),
    ("connection", "Pharmacy and the ambulance station",
     (("Station 7", "A pharmacist began to eat lunch with the crews. Wasted drugs fell by a third.",
       "They were given the figures and left alone.", ["data", "room_to_try"]),
      ("Station 2", "The crews asked for the same.", "It cost nothing but an hour.", ["peers", "time"]),
      ("General ward", "A crew member shadowed the ward’s pharmacist.", "Both employers said yes in a day.",
       ["other_organisation", "trust_of_a_leader"]))),
    ("person", "How a new ward manager holds her team", ()),
    ("practice", "Interviews with people who use the service",
     (("Locality office", "A parent sat on the panel and asked the question that decided it.",
       "They were paid and prepared.", ["people_who_use_services", "money"]),)),
    ("team", "Repairs that are told once",
     (("Housing repairs", "Tenants tell the story once, to the person who will do the work.",
       "The team chose to answer its own calls.", ["people_who_use_services", "clear_purpose"]),)),
)  # fmt: skip
