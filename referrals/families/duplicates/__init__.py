"""Who may be whom: found by keys, compared for staff, judged by a person, linked and unlinked."""
