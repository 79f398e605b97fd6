"""A model field that holds a shape: WKB in CGCS2000 lon-lat, with box, size and index number beside it."""

from collections.abc import Sequence
from typing import Any

import pyproj
import shapely
from django.core.exceptions import ValidationError
from django.db import models

from shuibao.platform.core.geometry.cells import Box, cell_of, ranges

_GEOD = pyproj.Geod(ellps="GRS80")
_DECIMALS = 9
_PARTS = ("west", "south", "east", "north")


class GeometryField(models.BinaryField):
    """A Shapely geometry, or None. On save it fills `<name>_west` … `_north`, `_size` and `_cell`.

    kinds: the GeoJSON types allowed. Coordinates are longitude and latitude in degrees (EPSG:4490), rounded
    to 9 decimals. size: ellipsoidal area [m²] of areas, length [m] of lines, 0 of points.
    """

    def __init__(self, *args: Any, kinds: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.kinds = tuple(kinds)
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """How a migration writes the field."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "kinds": self.kinds}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Adds the columns beside the shape. The models of a migration's state have them written out."""
        super().contribute_to_class(cls, name, private_only)
        if cls._meta.abstract or cls.__module__ == "__fake__":
            return
        for part in _PARTS:
            models.FloatField(null=True, editable=False).contribute_to_class(cls, f"{name}_{part}")
        models.FloatField(null=True, editable=False).contribute_to_class(cls, f"{name}_size")
        models.BigIntegerField(null=True, editable=False, db_index=True).contribute_to_class(
            cls, f"{name}_cell"
        )

    def from_db_value(self, value: Any, _expression: object, _connection: object) -> shapely.Geometry | None:
        """The shape of a row."""
        return None if value is None else shapely.from_wkb(bytes(value))

    def to_python(self, value: Any) -> shapely.Geometry | None:
        """A shape from WKB (bytes, or hex as serialisers write it), or as it is."""
        if value is None or isinstance(value, shapely.Geometry):
            return value
        return shapely.from_wkb(value if isinstance(value, str) else bytes(value))

    def get_prep_value(self, value: Any) -> bytes | None:
        """What is stored of a shape."""
        return shapely.to_wkb(value) if isinstance(value, shapely.Geometry) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> shapely.Geometry | None:
        """The shape as it will be stored, after the columns beside it are filled."""
        shape = self.to_python(getattr(model_instance, self.attname))
        ready = model_instance.__dict__.get(f"_{self.attname}_ready")
        if shape is not None and shape is ready:  # shapes never change: an import makes them ready beforehand
            return shape
        if shape is not None:
            shape = self._checked(shape)
        setattr(model_instance, self.attname, shape)
        for column, value in beside_values(self.attname, shape).items():
            setattr(model_instance, column, value)
        model_instance.__dict__[f"_{self.attname}_ready"] = shape
        return shape

    def value_to_string(self, obj: models.Model) -> str | None:  # type: ignore[override]
        """Hex WKB, for Django's serialisers."""
        shape = self.value_from_object(obj)
        return None if shape is None else shapely.to_wkb(shape, hex=True)

    def _checked(self, shape: shapely.Geometry) -> shapely.Geometry:
        if self.kinds and shape.geom_type not in self.kinds:
            raise ValidationError(f"图形是 {shape.geom_type}，这里要 {'、'.join(self.kinds)}。")
        west, south, east, north = shape.bounds
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise ValidationError(f"图形不在经纬度范围内（{west:g}, {south:g}, {east:g}, {north:g}）。")
        return shapely.transform(shape, lambda xy: xy.round(_DECIMALS))


def beside_values(name: str, shape: shapely.Geometry | None) -> dict[str, float | int | None]:
    """Values of the columns beside a shape, for saves that bypass `Model.save` (bulk_create calls it too)."""
    if shape is None or shape.is_empty:
        return dict.fromkeys([f"{name}_{part}" for part in (*_PARTS, "size", "cell")])
    bounds = Box(*shape.bounds)
    box = dict(zip((f"{name}_{part}" for part in _PARTS), bounds, strict=True))
    return {**box, f"{name}_size": size(shape), f"{name}_cell": cell_of(bounds)}


def size(shape: shapely.Geometry) -> float:
    """Ellipsoidal area [m²] of areas, length [m] of lines, 0 of points (GRS80, as CGCS2000)."""
    if shape.geom_type.endswith("Polygon"):
        return abs(float(_GEOD.geometry_area_perimeter(shapely.force_2d(shape))[0]))
    if shape.geom_type.endswith("LineString"):
        return float(_GEOD.geometry_length(shapely.force_2d(shape)))
    return 0.0


def within(name: str, box: Box) -> models.Q:
    """The rows whose shape's box meets a box: coarse; exactness is the caller's, by Shapely."""
    near = models.Q()
    for first, last in ranges(box):
        near |= models.Q(**{f"{name}_cell__range": (first, last)})
    return near & models.Q(
        **{
            f"{name}_west__lte": box.east,
            f"{name}_east__gte": box.west,
            f"{name}_south__lte": box.north,
            f"{name}_north__gte": box.south,
        }
    )
