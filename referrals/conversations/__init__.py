"""What is said with a family: the front desk, the turn, the inbox."""
