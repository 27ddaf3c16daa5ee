"""What somebody says around an appointment: coming, on the way, lost, another time; `reader` is the way in."""
