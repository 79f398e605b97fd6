"""Terrain on one tile with explicit edges: fill, flats, flow, slope, slope length."""
