"""Streams and small watersheds of a DEM as a job."""

import json
import os
from pathlib import Path
from typing import Any

from shuibao.platform.core.models import Region
from shuibao.platform.jobs import folders
from shuibao.platform.jobs.kind import Parameters, job_kind
from shuibao.platform.jobs.running import RunningJob
from shuibao.science.errors import InputError

LABELS = {
    "watersheds.gpkg": "小流域和水系（gpkg）",
    "summary.json": "摘要（json）",
    "provenance.json": "来历（json）",
}


def inputs(parameters: Parameters, region: Region) -> dict[str, Path]:
    """The DEM: `dem`, inside inputs/<region>. area_km2, channel_km2: the rules' values when not given."""
    for key in ("area_km2", "channel_km2"):
        _area(parameters, key)
    dem = folders.input_file(parameters, "dem", region)
    return {dem.name: dem}


@job_kind("watersheds", title="小流域划分", lane="work", resumable=True, inputs=inputs)
def run(parameters: Parameters, job: RunningJob) -> dict[str, Any]:
    """Files, facts and notes of the division."""
    from shuibao.workflows.watersheds import divide_land

    folder = folders.building_folder(job.region, "watersheds", job.id)
    made = divide_land(
        folders.input_file(parameters, "dem", job.region),
        folder,
        area_km2=_area(parameters, "area_km2"),
        channel_km2=_area(parameters, "channel_km2"),
        workers=os.cpu_count() or 1,
        rules=job.rules,
        progress=job.progress,
    )
    run_id = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["run_id"]
    final = folders.publish(folder, run_id)
    sizes = made.summary["area_km2"]
    return {
        "run_id": run_id,
        "files": folders.links(final, LABELS),
        "facts": [
            ["小流域", f"{made.summary['count']} 个，共 {made.summary['land_area_km2']:.2f} km²"],
            ["面积", f"{sizes['least']:.2f}–{sizes['most']:.2f} km²，平均 {sizes['mean']:.2f} km²"],
        ],
        "notes": list(made.notes),
    }


def _area(parameters: Parameters, key: str) -> float | None:
    value = parameters.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise InputError(f"参数 {key} 应写大于 0 的面积（km²），读到 {value!r}。")
    return float(value)
