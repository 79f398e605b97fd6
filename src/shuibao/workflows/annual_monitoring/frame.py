"""The frame of a run: the grid all is computed on, the elevation, the zones, and the files that were read."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import rasterio.warp
import shapely
from numpy.typing import NDArray
from rasterio.transform import from_origin

from shuibao.data.alignment import AlignedRaster, Resampling, aligned
from shuibao.data.cell_holders import CellHolders, cell_holders
from shuibao.data.dem import ELEVATION_RANGE_M
from shuibao.data.files import File, VirtualFile
from shuibao.data.layers import Band
from shuibao.data.raster import RasterFile, look_at
from shuibao.data.regions import offsets
from shuibao.data.vector import AxesSwapped, Polygons, overlaps, read_polygons
from shuibao.science import crs as reference
from shuibao.science.errors import InputError
from shuibao.science.grid import Grid
from shuibao.workflows.annual_monitoring.plan import Plan, Section

AnyFile = TypeVar("AnyFile", Path, VirtualFile, File)

_OVERLAP_ALLOWED = 0.001
_OFFSET_SUSPECT_M = (250.0, 5000.0)
_ZONES_ALLOWED = 10_000
_TILE = 1024


@dataclass(frozen=True)
class Zones:
    """The zones areas are summed for. cells: which zone holds each cell."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    areas_km2: NDArray[np.float64]
    outside_km2: NDArray[np.float64]
    shapes: NDArray[np.object_]
    cells: CellHolders


@dataclass
class Frame:
    """What all steps of a run share. `inputs` and `notes` grow as files are read and choices made."""

    plan: Plan
    grid: Grid
    elevation: Band
    zones: Zones
    inputs: dict[str, File] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def read(self, path: AnyFile) -> AnyFile:
        """The file, noted as an input of the run (a Shapefile with the files that belong to it)."""
        if not isinstance(path, Path):
            self.inputs[str(path)] = path
            return path
        base = self.plan.file.parent
        belongs = sorted(path.parent.glob(f"{path.stem}.*")) if path.suffix.lower() == ".shp" else [path]
        for file in belongs:
            inside = file.is_relative_to(base)
            self.inputs[file.relative_to(base).as_posix() if inside else file.name] = file
        return path

    def raster(self, path: File, resampling: Resampling) -> AlignedRaster:
        """A raster of the run on its grid; how it was brought there is noted."""
        view = aligned(look_at(self.read(path)), self.grid, resampling)
        self.note(view.describe())
        return view

    def polygons(self, section: Section, key: str, column: str) -> tuple[Polygons, CellHolders]:
        """The polygons a key names, with one of their columns, and which of them holds each cell."""
        found = read_polygons(self.read(section.source(key)), (column,), self.grid.crs, None)
        return found, cell_holders(found.in_run_crs, self.grid)

    def note(self, sentence: str | None) -> None:
        """Something the reader of the result must see; said once."""
        if sentence and sentence not in self.notes:
            self.notes.append(sentence)


def frame_of(plan: Plan) -> Frame:
    """The frame a plan asks for. Raises InputError for a DEM or zones that cannot be used."""
    section = plan.section("dem")
    dem = look_at(section.source("file"))
    grid = _grid(plan, section, dem)
    view = aligned(dem, grid, "bilinear")
    zones, notes, zone_file = _zones(plan, grid)
    frame = Frame(plan, grid, Band(view, "高程", ELEVATION_RANGE_M), zones)
    for path in (plan.file, dem.path, zone_file):
        frame.read(path)
    for note in (view.describe(), *notes):
        frame.note(note)
    return frame


def _grid(plan: Plan, section: Section, dem: RasterFile) -> Grid:
    """The DEM's own grid, unless another CRS or resolution is asked for."""
    target = reference.parse_crs(plan.crs, f"{plan.file} 的 crs") if plan.crs else dem.grid.crs
    if target == dem.grid.crs and "resolution_m" not in section:
        return dem.grid
    if target.is_geographic and "resolution_m" in section:
        raise InputError(
            f"{section.where('resolution_m')} 只用于投影坐标系，而 crs 是经纬度。请去掉其中一个。"
        )
    transform, width, height = rasterio.warp.calculate_default_transform(
        dem.grid.crs.to_wkt(), target.to_wkt(), dem.grid.width, dem.grid.height, *dem.grid.bounds
    )
    if "resolution_m" not in section:
        return Grid(height, width, transform, target)
    cell = section.number("resolution_m", low=0.01)
    unit = target.axis_info[0].unit_conversion_factor
    columns = int(np.ceil(width * transform.a * unit / cell))
    rows = int(np.ceil(-height * transform.e * unit / cell))
    return Grid(rows, columns, from_origin(transform.c, transform.f, cell / unit, cell / unit), target)


def _zones(plan: Plan, grid: Grid) -> tuple[Zones, list[str], File]:
    section = plan.section("zones")
    code, name = section.text("code"), section.text("name")
    layer = section.text("layer") if "layer" in section else None
    path = section.source("file")
    polygons = _zone_polygons(path, code, name, grid, layer)
    codes = tuple(_code(value) for value in polygons.attributes[code])
    _require_few(codes, path)
    _require_unique(codes, path, code)
    _require_apart(polygons, codes)
    position = _position_notes(codes, polygons)
    cells = cell_holders(polygons.in_run_crs, grid)
    if not any((cells.read(tile) >= 0).any() for tile in grid.tiles(_TILE)):
        raise InputError(
            f"{path} 的统计单元与 DEM 不重叠，没有一个格在单元内。{' '.join(position) or '请检查坐标系。'}"
        )
    areas = polygons.areas_km2()
    zones = Zones(
        codes,
        tuple(str(value) for value in polygons.attributes[name]),
        areas,
        areas * _share_outside(polygons.in_run_crs, grid),
        polygons.in_run_crs,
        cells,
    )
    return zones, position, path


def _code(value: object) -> str:
    """A code as text: adcodes are often stored as numbers."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _require_few(codes: tuple[str, ...], path: File) -> None:
    """Raises InputError for more zones than a table of areas is kept for."""
    if len(codes) > _ZONES_ALLOWED:
        raise InputError(f"{path} 有 {len(codes)} 个统计单元，最多 {_ZONES_ALLOWED} 个。请合并或分批计算。")


def _require_unique(codes: tuple[str, ...], path: File, column: str) -> None:
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise InputError(
            f"{path} 的字段 {column} 有重复的编码：{'、'.join(twice[:5])}。请先合并同一单元的图形。"
        )


def _require_apart(polygons: Polygons, codes: tuple[str, ...]) -> None:
    """Raises InputError when zones overlap: an area would be counted for two governments."""
    for first, second, share in overlaps(polygons.in_run_crs):
        if share > _OVERLAP_ALLOWED:
            raise InputError(
                f"{polygons.path}：统计单元 {codes[first]} 与 {codes[second]} 重叠，"
                f"占较小者面积的 {share:.1%}。请先消除重叠，面积不能算两次。"
            )


def _zone_polygons(path: File, code: str, name: str, grid: Grid, layer: str | None) -> Polygons:
    """The zones; swapped axes are refused with the offset they have when put right."""
    try:
        return read_polygons(path, (code, name), grid.crs, layer)
    except AxesSwapped as problem:
        codes = tuple(_code(value) for value in problem.frame[code])
        offset = _median_offset(codes, problem.frame.geometry.to_numpy())
        if offset is None:
            raise
        raise InputError(f"{problem}对调后与随附边界的中心相差 {np.hypot(*offset):.0f} m。") from problem


def _position_notes(codes: tuple[str, ...], polygons: Polygons) -> list[str]:
    """What the zones' distance from the shipped boundaries says: nothing, or a warning with the offset."""
    to_degrees = reference.transformer(polygons.crs, polygons.crs.geodetic_crs or polygons.crs)
    lon_lat = np.array(
        [shapely.transform(shape, to_degrees.transform, interleaved=False) for shape in polygons.as_given],
        dtype=object,
    )
    offset = _median_offset(codes, lon_lat)
    if offset is None:
        return []
    low, high = _OFFSET_SUSPECT_M
    distance = float(np.hypot(*offset))
    measured = f"与随附边界的中心相比，统计单元的中位偏移为东 {offset[0]:.0f} m、北 {offset[1]:.0f} m"
    if distance > high:
        return [f"{polygons.path.name}：{measured}，位置不对：坐标系写错，或编码不符。"]
    if distance > low:
        return [f"{polygons.path.name}：{measured}，像是 GCJ-02（火星坐标）的数据，请换用 CGCS2000 边界。"]
    return []


def _median_offset(codes: tuple[str, ...], lon_lat: NDArray[np.object_]) -> tuple[float, float] | None:
    """East and north [m] from the shipped centres; None when no code is a shipped region's."""
    found = offsets(list(codes), lon_lat)
    if not found:
        return None
    east, north = ([getattr(offset, part) for offset in found] for part in ("east_m", "north_m"))
    return float(np.median(east)), float(np.median(north))


def _share_outside(shapes: NDArray[np.object_], grid: Grid) -> NDArray[np.float64]:
    """Share of each zone's area that lies outside the grid."""
    area = shapely.area(shapes)
    inside = shapely.area(shapely.intersection(shapes, shapely.box(*grid.bounds)))
    share: NDArray[np.float64] = 1 - np.divide(inside, area, out=np.zeros_like(area), where=area > 0)
    return np.where(share > 1e-9, share, 0.0)
