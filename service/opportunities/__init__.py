"""Vacancies, secondments, gigs: interest, explained matches, selection, and the aftercare of those not selected."""
