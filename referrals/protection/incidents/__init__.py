"""The register of incidents: what happened to people's data, when it was known, whom it touched, who was told."""
