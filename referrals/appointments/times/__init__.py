"""Times that can be offered: slots by opening hours and seats, looked through for one family."""
