"""The products of a DEM as a job: killed and started again, it goes on from the tiles that are done."""

import os
from pathlib import Path
from typing import Any

from shuibao.platform.core.models import Region
from shuibao.platform.jobs import folders
from shuibao.platform.jobs.kind import Parameters, job_kind
from shuibao.platform.jobs.running import RunningJob
from shuibao.science.errors import InputError


def inputs(parameters: Parameters, region: Region) -> dict[str, Path]:
    """The DEM: `dem`, inside inputs/<region>. products: names, ["ls"] when none is given."""
    _products(parameters)
    dem = folders.input_file(parameters, "dem", region)
    return {dem.name: dem}


@job_kind("terrain", title="地形因子", lane="work", resumable=True, inputs=inputs)
def run(parameters: Parameters, job: RunningJob) -> dict[str, Any]:
    """Files and facts of the terrain products."""
    from shuibao.workflows import terrain

    dem = folders.input_file(parameters, "dem", job.region)
    folder = folders.building_folder(job.region, "terrain", job.id)
    made = terrain.run(
        dem,
        out=folder,
        products=_products(parameters),
        workers=os.cpu_count() or 1,
        rules=job.rules,
        progress=job.progress,
    )
    final = folders.publish(folder, made.origin.run_id)
    return {
        "run_id": made.origin.run_id,
        "files": folders.links(final, folders.files_of(final)),
        "facts": [
            ["格网", f"{made.grid.height} 行 × {made.grid.width} 列"],
            ["坐标系", made.grid.crs.name],
        ],
        "notes": [],
    }


def _products(parameters: Parameters) -> list[str]:
    from shuibao.workflows.terrain import PRODUCTS

    names = parameters.get("products") or ["ls"]
    wrong = [name for name in names if name not in PRODUCTS] if isinstance(names, list) else [names]
    if wrong:
        raise InputError(f"参数 products：不认识 {wrong[0]!r}。可写：{'、'.join(PRODUCTS)}。")
    return list(names)
