"""The web pages of centres and staff: right to left, usable on a phone and without JavaScript."""
