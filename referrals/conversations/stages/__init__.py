"""What a person meets outside an interview, one file per stretch of the way."""
