"""Partner systems: what they are told, what they may fetch and what they may do with a referral of theirs."""
