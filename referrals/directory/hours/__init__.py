"""When a place is open: weekly hours, recurrence, and the days that are not like the others."""
