"""The rules of matching, pure: who may serve, how one gets there, who comes first, and why."""
