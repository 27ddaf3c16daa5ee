"""What has had its time: the rules, what stands against them, and its going."""
