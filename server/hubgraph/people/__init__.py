"""People: which records of which appointments may be the same person, with the evidence and what was decided."""
