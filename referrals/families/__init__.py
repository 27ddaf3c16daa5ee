"""Who applies: people, how each is reached, their household, what they agreed to."""
