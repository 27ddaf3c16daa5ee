"""The accounts that speak through this process: connected, registered, and what they remember."""
