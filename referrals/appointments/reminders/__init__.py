"""Reminders of appointments: planned, due, worth it, said, and followed until they arrived."""
