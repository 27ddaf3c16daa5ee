"""The directory as open data: records to HSDS JSON, and which of them anybody may read."""
