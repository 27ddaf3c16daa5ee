"""What a programme decides, kept for ever in the version that was used: forms, rules, consent texts, settings."""
