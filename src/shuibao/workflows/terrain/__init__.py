"""Terrain products of a DEM of any size: tile by tile, exact, on threads or a cluster."""

from shuibao.workflows.terrain.products import PRODUCTS
from shuibao.workflows.terrain.run import TerrainProducts, run

__all__ = ["PRODUCTS", "TerrainProducts", "run"]
