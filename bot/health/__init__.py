"""Whether all is well: for probes, for Prometheus, and by looking at the books."""
