"""How an interview's questions are put to a family: prompted, offered, packed, said back, reviewed."""
