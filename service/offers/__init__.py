"""Development offers of the whole system: catalogue, applications, cohorts and places, positive action, mentors, assets."""
