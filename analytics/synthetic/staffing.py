"""What staff each kind of organisation has: staff groups, how they spread over levels, and what jobs are called."""

from __future__ import annotations

KINDS = ("trust", "board", "ambulance_trust", "council", "primary_care", "charity")
GROUPS = (
    "add_prof_scientific_technic",
    "additional_clinical_services",
    "administrative_clerical",
    "allied_health_professionals",
    "estates_ancillary",
    "healthcare_scientists",
    "medical_dental",
    "nursing_midwifery",
    "social_care",
    "education_learning",
)

# Per cent of staff in each staff group, in the order of GROUPS. Ours: the shape of the NHS and of local government.
MIX: dict[str, tuple[float, ...]] = {
    "trust": (4, 21, 22, 8, 6, 3, 10, 26, 0, 0),
    "board": (4, 19, 22, 8, 8, 3, 9, 26, 1, 0),
    "ambulance_trust": (1, 42, 22, 31, 2, 0, 0.5, 1.5, 0, 0),
    "council": (0, 0, 40, 1, 14, 0, 0, 0, 28, 17),
    "primary_care": (6, 16, 46, 4, 0, 0, 14, 14, 0, 0),
    "charity": (1, 6, 46, 2, 4, 0, 0, 3, 34, 4),
}

# Per cent of each staff group at levels 1 to 9. Ours, close to the shape of Agenda for Change.
LEVELS: dict[str, tuple[float, ...]] = {
    "add_prof_scientific_technic": (0, 0, 2, 14, 19, 30, 22, 12, 1),
    "additional_clinical_services": (0, 38, 38, 20, 3, 1, 0, 0, 0),
    "administrative_clerical": (1, 20, 23, 19, 12, 9, 8, 6.5, 1.5),
    "allied_health_professionals": (0, 0, 0, 2, 25, 41, 24, 7.4, 0.6),
    "estates_ancillary": (8, 58, 16, 10, 4, 2, 1, 1, 0),
    "healthcare_scientists": (0, 2, 4, 10, 17, 29, 24, 13, 1),
    "medical_dental": (0, 0, 0, 0, 12, 16, 24, 48, 0),
    "nursing_midwifery": (0, 0, 0, 3, 45, 29, 16, 6.5, 0.5),
    "social_care": (0, 6, 26, 24, 14, 18, 8, 3.4, 0.6),
    "education_learning": (2, 12, 25, 22, 17, 12, 7, 2.6, 0.4),
}

# Job titles at levels 1-4 (and unmapped), 5-6 and 7-9.
TITLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "add_prof_scientific_technic": (
        ("Pharmacy technician", "Theatre assistant"),
        ("Operating department practitioner", "Pharmacist"),
        ("Lead pharmacist", "Clinical psychologist"),
    ),
    "additional_clinical_services": (
        ("Healthcare assistant", "Emergency care assistant"),
        ("Assistant practitioner", "Therapy support lead"),
        ("Clinical support manager", "Support services lead"),
    ),
    "administrative_clerical": (
        ("Administrator", "Receptionist"),
        ("Project officer", "Team leader"),
        ("Service manager", "Programme director"),
    ),
    "allied_health_professionals": (
        ("Therapy assistant", "Trainee practitioner"),
        ("Physiotherapist", "Paramedic"),
        ("Advanced practitioner", "Therapies manager"),
    ),
    "estates_ancillary": (
        ("Domestic assistant", "Porter"),
        ("Estates officer", "Catering manager"),
        ("Head of estates", "Facilities manager"),
    ),
    "healthcare_scientists": (
        ("Associate practitioner", "Laboratory assistant"),
        ("Biomedical scientist", "Cardiac physiologist"),
        ("Lead scientist", "Consultant scientist"),
    ),
    "medical_dental": (
        ("Medical trainee", "Dental trainee"),
        ("Foundation doctor", "Core trainee"),
        ("Specialty doctor", "Consultant"),
    ),
    "nursing_midwifery": (
        ("Nursing associate", "Trainee nursing associate"),
        ("Staff nurse", "Midwife"),
        ("Ward manager", "Matron"),
    ),
    "social_care": (
        ("Support worker", "Care coordinator"),
        ("Social worker", "Occupational support officer"),
        ("Principal social worker", "Head of service"),
    ),
    "education_learning": (
        ("Teaching assistant", "Learning mentor"),
        ("Education officer", "Family learning tutor"),
        ("Head of learning", "Education adviser"),
    ),
}
