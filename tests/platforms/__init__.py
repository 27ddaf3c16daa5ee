"""Small local servers that speak the platforms' languages over HTTP, as strictly as the platforms do."""
