"""Areas from corners in order, as survey tables list them."""

import shapely

Corner = tuple[float, float]
_CORNERS_AT_LEAST = 3


class TooFewCorners(ValueError):
    """A ring of fewer than three different corners."""


def polygon_of(corners: list[Corner]) -> shapely.Geometry:
    """The area inside the corners. Raises TooFewCorners.

    A corner that repeats the first one of its ring closes it; what follows is another ring: a hole when it
    lies inside an earlier one, another part when it lies outside.
    """
    parts: list[shapely.Polygon] = []
    for ring in _rings(corners):
        area = shapely.Polygon(ring)
        holder = next((place for place, part in enumerate(parts) if _holds(part, area)), None)
        if holder is None:
            parts.append(area)
        else:
            outside = parts[holder]
            parts[holder] = shapely.Polygon(outside.exterior, [*outside.interiors, area.exterior])
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _rings(corners: list[Corner]) -> list[list[Corner]]:
    rings: list[list[Corner]] = []
    open_ring: list[Corner] = []
    for corner in corners:
        open_ring.append(corner)
        if len(open_ring) > 3 and corner == open_ring[0]:
            rings.append(open_ring)
            open_ring = []
    if open_ring or not rings:
        rings.append(open_ring)
    if any(len(set(ring)) < _CORNERS_AT_LEAST for ring in rings):
        raise TooFewCorners
    return rings


def _holds(outer: shapely.Polygon, inner: shapely.Polygon) -> bool:
    return bool(outer.is_valid and inner.is_valid and outer.contains(inner))
