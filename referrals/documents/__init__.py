"""Pictures and papers drawn from values: the appointment card; delivery calls it outside any transaction."""
