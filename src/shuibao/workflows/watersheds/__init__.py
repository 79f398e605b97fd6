"""Streams and small watersheds (小流域) of a DEM: divided, coded, and written as polygons and lines."""

from shuibao.workflows.watersheds.run import WatershedResult, divide_land

__all__ = ["WatershedResult", "divide_land"]
