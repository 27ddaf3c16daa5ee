"""The inbox: what platforms told us, stored once and claimed turn by turn."""
