"""Appointments: slots, bookings and reminders."""
