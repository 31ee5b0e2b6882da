"""Development offers of the whole system: catalogue, applications, places, positive action, mentors, assets."""
