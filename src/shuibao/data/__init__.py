"""Files to arrays and back: rasters, vectors, tables, provenance."""
