"""The annual monitoring run: from a plan to a folder of products and a result."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shuibao.data.products import WorkingRaster, folder_when_whole
from shuibao.data.provenance import Provenance, provenance
from shuibao.engine.threads import run_tasks
from shuibao.rules import RuleBook
from shuibao.science.grid import Grid, Tile
from shuibao.workflows.annual_monitoring.baseline import Baseline, read_baseline
from shuibao.workflows.annual_monitoring.frame import Frame, frame_of
from shuibao.workflows.annual_monitoring.measure import Measurer, Totals
from shuibao.workflows.annual_monitoring.outcome import Outcome, result_of, write_products
from shuibao.workflows.annual_monitoring.patches import Judged
from shuibao.workflows.annual_monitoring.plan import Plan
from shuibao.workflows.annual_monitoring.result import MonitoringResult
from shuibao.workflows.annual_monitoring.setting import Description, setting_of
from shuibao.workflows.progress import Progress, silent

RASTERS = ("soil_loss", "intensity", "ls", "r", "k", "l", "s", "b", "e", "t")
CODES = ("intensity",)

_BYTES_PER_CELL = 2 * (4 * len(RASTERS) - 3)
_BYTES_BESIDE = 50 << 20


@dataclass(frozen=True)
class Workplace:
    """Where and how a run works."""

    folder: Path
    tile: int
    workers: int
    progress: Progress


def run(
    plan: Plan,
    *,
    out: Path | None = None,
    tile: int = 512,
    workers: int = 1,
    rules: RuleBook | None = None,
    progress: Progress = silent,
) -> MonitoringResult:
    """The result of a plan, with its products in `out` (nowhere when None).

    The folder appears when all products are whole; after an error or an interrupt nothing is left.
    Raises DomainError for whatever the caller can mend.
    """
    book = rules if rules is not None else RuleBook.load()
    progress("读取运行文件和边界", 0.0)
    frame = frame_of(plan)
    with _folder(out, frame.grid) as folder:
        result = _run(frame, book, Workplace(folder, tile, workers, progress), out)
    progress("完成", 1.0)
    return result


@contextlib.contextmanager
def _folder(out: Path | None, grid: Grid) -> Iterator[Path]:
    if out is not None:
        needed = grid.height * grid.width * _BYTES_PER_CELL + _BYTES_BESIDE
        with folder_when_whole(out, bytes_needed=needed) as folder:
            yield folder
        return
    with tempfile.TemporaryDirectory() as folder_name:
        yield Path(folder_name)


def _run(frame: Frame, book: RuleBook, place: Workplace, out: Path | None) -> MonitoringResult:
    plan = frame.plan
    baseline = read_baseline(plan.baseline, frame.grid, plan.year) if plan.baseline else None
    rasters = {name: _working_raster(name, frame.grid, place.folder) for name in RASTERS}
    description, totals, judged = _measure(frame, book, baseline, rasters, place)
    origin = provenance(
        plan.parameters()
        | {"terrain": description.terrain._asdict(), "baseline": baseline.run_id if baseline else None},
        frame.inputs.items(),
        (rule for _, rule in sorted(book.used.items())),
    )
    _publish(rasters, origin, frame, place)
    outcome = Outcome(frame, description, baseline, totals, judged, origin, out)
    place.progress("图斑", 0.85)
    result, patches = result_of(outcome, book)
    place.progress("报告和表格", 0.95)
    write_products(result, patches, outcome, place.folder)
    return result


def _working_raster(name: str, grid: Grid, folder: Path) -> WorkingRaster:
    dtype, nodata = ("uint8", 0.0) if name in CODES else ("float32", float("nan"))
    return WorkingRaster(folder / f"{name}.work.tif", grid, dtype, nodata)


def _measure(
    frame: Frame,
    book: RuleBook,
    baseline: Baseline | None,
    rasters: dict[str, WorkingRaster],
    place: Workplace,
) -> tuple[Description, Totals, Judged]:
    """All tiles: products written, totals summed, what patches need kept. The sources end with this."""
    setting = setting_of(frame, book, place.progress)
    measurer = Measurer(frame.grid, frame.zones, setting.sources, setting.legend, setting.scenarios, baseline)
    totals = Totals.zeros(len(frame.zones.codes), setting.legend, len(setting.scenarios))
    judged = Judged(
        np.zeros(frame.grid.shape, dtype=np.uint8),
        np.full(frame.grid.shape, np.nan, dtype=np.float32),
        setting.sources.land_use,
        setting.slope_band,
    )
    tiles = frame.grid.tiles(place.tile)

    def measure_and_write(tile: Tile) -> Totals:
        outcome = measurer.measure(tile)
        for name, values in outcome.rasters.items():
            rasters[name].write(tile, values)
        judged.classes[tile.slices] = outcome.rasters["intensity"]
        judged.loss_t_km2_a[tile.slices] = outcome.rasters["soil_loss"]
        return outcome.totals

    for number, found in enumerate(run_tasks(measure_and_write, tiles, place.workers), start=1):
        totals.add(found)
        place.progress("因子、侵蚀量和面积", 0.3 + 0.4 * number / len(tiles))
    return setting.description, totals, judged


def _publish(rasters: dict[str, WorkingRaster], origin: Provenance, frame: Frame, place: Workplace) -> None:
    """Every product as a COG."""
    title = ("示例数据 " if frame.plan.demo else "") + f"{frame.plan.title} {frame.plan.year}"
    tags = {"TIFFTAG_IMAGEDESCRIPTION": title, "RUN_ID": origin.run_id, "YEAR": str(frame.plan.year)}

    def publish(name: str) -> str:
        rasters[name].publish(place.folder / f"{name}.tif", tags)
        return name

    for number, _ in enumerate(run_tasks(publish, RASTERS, place.workers)):
        place.progress("写出栅格", 0.7 + 0.15 * (number + 1) / len(RASTERS))
