"""The registers as OGC API Features under /ogc/: Part 1 (Core, OpenAPI 3.0, GeoJSON) and Part 2 (CRS)."""
