"""Modules that take long to load, loaded when first asked for and by one thread at a time.

They bring rio-tiler and numba along, which other pages need not wait for. rio-tiler imports itself in a
circle: two threads that load it at once each see half of it.
"""

from threading import Lock
from types import ModuleType

_LOADING = Lock()


def drawing() -> ModuleType:
    """What draws tiles."""
    with _LOADING:
        from shuibao.platform.onemap import tile_drawing
    return tile_drawing


def counting() -> ModuleType:
    """What counts areas."""
    with _LOADING:
        from shuibao.data import class_areas
    return class_areas
