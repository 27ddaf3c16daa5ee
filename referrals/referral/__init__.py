"""A referral: from the family's choice of a centre to the answer whether help arrived."""
