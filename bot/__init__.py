"""The running service: channels, inbox, delivery, clock, settings, command line."""
