"""The annual monitoring of soil loss as a job."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shuibao.platform.core.models import Region
from shuibao.platform.jobs import folders
from shuibao.platform.jobs.kind import Parameters, job_kind
from shuibao.platform.jobs.running import RunningJob

if TYPE_CHECKING:
    from shuibao.workflows.annual_monitoring.plan import Plan
    from shuibao.workflows.annual_monitoring.result import MonitoringResult

LABELS = {
    "report.html": "报告",
    "summary.xlsx": "工作簿（xlsx）",
    "summary.json": "摘要（json）",
    "patches.gpkg": "侵蚀图斑（gpkg）",
    "provenance.json": "来历（json）",
}


def inputs(parameters: Parameters, region: Region) -> dict[str, Path]:
    """The run file, every file it names, and the baseline's provenance.

    run_file: inside inputs/<region>. baseline: a product folder of the region, when the comparison is not
    with what the run file names.
    """
    plan = _plan(parameters, region)
    files = {plan.file.name: plan.file} | dict(_named(plan))
    if plan.baseline is not None:
        files["baseline/provenance.json"] = plan.baseline / "provenance.json"
    return files


@job_kind("monitoring", title="水土流失动态监测", lane="work", resumable=True, inputs=inputs)
def run(parameters: Parameters, job: RunningJob) -> dict[str, Any]:
    """Files, facts and notes of the year's monitoring."""
    from shuibao.workflows import annual_monitoring

    plan = _plan(parameters, job.region)
    folder = folders.building_folder(job.region, str(plan.year), job.id)
    found = annual_monitoring.run(
        plan, out=folder, workers=os.cpu_count() or 1, rules=job.rules, progress=job.progress
    )
    final = folders.publish(folder, found.run_id)
    return {
        "run_id": found.run_id,
        "folder": f"products/{job.region.code}/{plan.year}/{found.run_id}",
        "files": folders.links(final, LABELS),
        "facts": _facts(found),
        "notes": list(found.notes),
        "demo": found.demo,
    }


def _plan(parameters: Parameters, region: Region) -> "Plan":
    from shuibao.workflows.annual_monitoring import load_plan

    file = folders.input_file(parameters, "run_file", region)
    if not parameters.get("baseline"):
        return load_plan(file)
    baseline = folders.product_folder(parameters, "baseline", region)
    return load_plan(file, [f"baseline={baseline}"])


def _named(plan: "Plan") -> Iterator[tuple[str, Path]]:
    """Every text of the run file that is the name of a file beside it."""
    for section in plan.sections.values():
        for value in section.values.values():
            for name in value if isinstance(value, list) else [value]:
                if isinstance(name, str) and (plan.file.parent / name).is_file():
                    yield name, plan.file.parent / name


def _facts(found: "MonitoringResult") -> list[list[str]]:
    totals = found.totals
    rate = totals.water_conservation_rate_pct
    return [
        ["水土保持率", "缺" if rate is None else f"{rate:.2f} %"],
        ["水土流失面积", f"{totals.erosion_area_km2:.2f} km²"],
        ["有结果的面积", f"{totals.land_area_km2:.2f} km²（覆盖 {found.coverage_pct:.2f} %）"],
        ["未核验的数值", f"{len(found.unverified_rules)} 个"],
    ]
