"""Raster tiles of a product."""

from shuibao.platform.monitoring.models import Product
from shuibao.platform.onemap.heavy import drawing

FINEST_ZOOM = 20


def raster_tile(product: Product, layer: str, z: int, x: int, y: int) -> bytes | None:
    """The tile as PNG; None where the product has nothing."""
    path = product.tiles / f"{layer}.tif"
    if not path.is_file() or not (0 <= z <= FINEST_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        return None
    found: bytes | None = drawing().tile(path, layer == "intensity", z, x, y)
    return found
