"""What a whole message steers to: yes, no, stop, back, help; `reader` is the way in."""
