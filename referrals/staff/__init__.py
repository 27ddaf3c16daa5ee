"""Who works here: accounts, memberships, sign-in, and what each may see."""
