"""Days, months and years, written, spoken or said from today; `reader` is the way in."""
