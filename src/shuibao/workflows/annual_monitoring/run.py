"""The annual monitoring run: from a plan to a folder of products and a result."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from shuibao.data.products import WorkingRaster, folder_when_whole
from shuibao.data.provenance import Provenance, provenance
from shuibao.engine.dask import connect
from shuibao.engine.runner import Runner
from shuibao.engine.threads import run_tasks
from shuibao.rules import RuleBook
from shuibao.science.grid import Grid
from shuibao.science.patch_seams import PatchSeams
from shuibao.workflows.annual_monitoring.baseline import Baseline, read_baseline
from shuibao.workflows.annual_monitoring.frame import Frame, frame_of
from shuibao.workflows.annual_monitoring.measure import Measurer, TileWork, Totals
from shuibao.workflows.annual_monitoring.outcome import Outcome, patches_of, result_of, write_products
from shuibao.workflows.annual_monitoring.patches import GatheredPatches
from shuibao.workflows.annual_monitoring.plan import Plan
from shuibao.workflows.annual_monitoring.result import MonitoringResult
from shuibao.workflows.annual_monitoring.setting import Description, setting_of
from shuibao.workflows.annual_monitoring.tile_patches import TilePatcher
from shuibao.workflows.annual_monitoring.workshop import RASTERS, LayerSink, Workshop, raster_sink
from shuibao.workflows.progress import Progress, silent

_BYTES_PER_CELL = 3 * (4 * len(RASTERS) - 3) + 26
"""Tiles or working rasters, COGs, terrain's intermediate layers, the patches' labels and corners."""

_BYTES_BESIDE = 50 << 20


def run(
    plan: Plan,
    *,
    out: Path | None = None,
    tile: int = 512,
    workers: int = 1,
    cluster: str = "",
    rules: RuleBook | None = None,
    progress: Progress = silent,
) -> MonitoringResult:
    """The result of a plan, with its products in `out` (nowhere when None).

    cluster: address of a Dask scheduler whose workers share the folder; threads of this process when empty.
    The folder appears when all products are whole; after an error or an interrupt nothing is left.
    Raises DomainError for whatever the caller can mend.
    """
    book = rules if rules is not None else RuleBook.load()
    progress("读取运行文件和边界", 0.0)
    frame = frame_of(plan)
    with _folder(out, frame.grid) as folder:
        runner: Runner = connect(cluster, folder) if cluster else partial(run_tasks, workers=workers)
        workshop = Workshop(folder, tile, workers, runner, bool(cluster), progress)
        result = _run(frame, book, workshop, out)
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


def _run(frame: Frame, book: RuleBook, workshop: Workshop, out: Path | None) -> MonitoringResult:
    plan = frame.plan
    baseline = read_baseline(plan.baseline, frame.grid, plan.year) if plan.baseline else None
    description, totals, gathered, rasters = _measure(frame, book, baseline, workshop)
    shutil.rmtree(workshop.layers.folder)
    origin = provenance(
        plan.parameters()
        | {"terrain": description.terrain._asdict(), "baseline": baseline.run_id if baseline else None},
        frame.inputs.items(),
        (rule for _, rule in sorted(book.used.items())),
    )
    _publish(rasters, origin, frame, workshop)
    workshop.progress("图斑", 0.85)
    outcome = Outcome(frame, description, baseline, totals, origin, out)
    patches = patches_of(outcome, gathered, workshop)
    result = result_of(outcome, patches, book)
    workshop.progress("报告和表格", 0.95)
    write_products(result, patches, outcome, workshop.folder)
    shutil.rmtree(workshop.patch_layers.folder)
    return result


def _measure(
    frame: Frame, book: RuleBook, baseline: Baseline | None, workshop: Workshop
) -> tuple[Description, Totals, GatheredPatches, dict[str, WorkingRaster]]:
    """All tiles: products written, totals summed, pieces of patches gathered. The sources end with this."""
    setting = setting_of(frame, book, workshop)
    description, scenarios = setting.description, setting.scenarios
    patcher = TilePatcher(frame.grid, description.min_patch_area_m2, baseline, workshop.patch_layers)
    measurer = Measurer(
        frame.grid, frame.zones, setting.sources, setting.legend, scenarios, baseline, patcher
    )
    totals = Totals.zeros(len(frame.zones.codes), setting.legend, len(scenarios), len(description.measures))
    gathered = GatheredPatches(PatchSeams(frame.grid.width))
    whole = raster_sink(workshop.folder, frame.grid)
    apart = LayerSink(workshop.layers) if workshop.is_shared else None
    tiles = frame.grid.tiles(workshop.tile)
    work = TileWork(measurer, apart or whole)
    outcomes = workshop.run(work, tiles)
    for number, (tile, found) in enumerate(zip(tiles, outcomes, strict=True), start=1):
        totals.add(found[0])
        gathered.add(tile, found[1])
        if apart:
            apart.hand_over(tile, whole)
        workshop.progress("因子、侵蚀量和面积", 0.3 + 0.4 * number / len(tiles))
    return description, totals, gathered, whole.rasters


def _publish(rasters: dict[str, WorkingRaster], origin: Provenance, frame: Frame, place: Workshop) -> None:
    """Every product as a COG."""
    title = ("示例数据 " if frame.plan.demo else "") + f"{frame.plan.title} {frame.plan.year}"
    tags = {"TIFFTAG_IMAGEDESCRIPTION": title, "RUN_ID": origin.run_id, "YEAR": str(frame.plan.year)}

    def publish(name: str) -> str:
        rasters[name].publish(place.folder / f"{name}.tif", tags)
        return name

    for number, _ in enumerate(run_tasks(publish, RASTERS, place.workers)):
        place.progress("写出栅格", 0.7 + 0.15 * (number + 1) / len(RASTERS))
