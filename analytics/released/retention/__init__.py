"""What is released of who stays, moves inside the system and leaves it: `report`.

reading (the facts as codes, once) -> counted (people by organisation and slice), reasons, flows, stacked (curves),
raised (observed against expected), risen -> tables and guard (what is withheld, all together) -> rated, and what the
others release.
"""
