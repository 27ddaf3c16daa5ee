"""Places: governorates, areas and villages, read from our own lists and from GeoNames."""
