"""Days and hours on which a centre receives nobody, and what becomes of who was booked."""
