"""Geometry in the database without a spatial extension: WKB, its box, its size, and one index number."""
