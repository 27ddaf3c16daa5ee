"""Who answers what was heard, and in which order."""
