"""The casework: families, applications, directory, matching, referrals, appointments, and the turn that joins them."""
