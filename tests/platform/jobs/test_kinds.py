"""The shipped kinds end to end: a worker executes them on small data, and the files are there to open."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from workers import Workers, until

from shuibao.platform.accounts.models import User
from shuibao.platform.core.models import Region
from shuibao.platform.jobs import services
from shuibao.platform.jobs.models import Job
from shuibao.platform.rulebook.models import RuleUse
from shuibao.platform.rulebook.services import load_shipped_rules
from shuibao.workflows.demo import write_demo

pytestmark = pytest.mark.slow

Begin = Callable[..., Job]


@pytest.fixture(scope="module")
def demo() -> Iterator[Path]:
    """Two generated years of Yuncheng on a coarse grid, where the jobs of 140800 look for their inputs."""
    folder = settings.DATA / "inputs" / "140800"
    write_demo(folder, cell_m=600)
    yield folder
    shutil.rmtree(settings.DATA / "inputs")
    shutil.rmtree(settings.PRODUCTS, ignore_errors=True)


@pytest.fixture
def begin(engineer: User, regions: dict[str, Region], workers: Workers, demo: Path) -> Begin:
    """Starts a job in Yuncheng and waits until it is over."""
    workers.start("--lane", "work")

    def started(kind: str, **parameters: object) -> Job:
        job = services.start(kind, parameters, by=engineer, region=regions["140800"])

        def is_over() -> bool:
            job.refresh_from_db()
            return not job.is_unfinished

        until(is_over, within_s=240)
        return job

    return started


def made(job: Job) -> set[str]:
    """The names of the files the job's result has, all of which are there."""
    assert (job.state, job.problem) == (Job.State.DONE, "")
    files = [settings.PRODUCTS / file["path"] for file in job.result["files"]]
    assert all(file.is_file() for file in files)
    return {file.name for file in files}


def test_two_years_are_monitored_and_compared(begin: Begin) -> None:
    load_shipped_rules()
    first = begin("monitoring", run_file="inputs/140800/2024.toml")
    reports = {"report.html", "summary.xlsx", "summary.json", "patches.gpkg", "provenance.json"}
    assert made(first) == reports
    assert first.result["demo"] is True
    uses = RuleUse.objects.filter(about_key=str(first.pk), title=first.title)
    assert uses.count() > 10
    assert uses[0].address == first.get_absolute_url()
    assert "2024.toml" in first.inputs and "inputs/dem.tif" in first.inputs
    second = begin("monitoring", run_file="inputs/140800/2025.toml", baseline=first.result["folder"])
    assert made(second) == reports
    report = next(file["path"] for file in second.result["files"] if file["label"] == "报告")
    assert "转移矩阵" in (settings.PRODUCTS / report).read_text()
    assert not list(settings.PRODUCTS.glob("**/job-*"))


def test_a_dem_becomes_terrain_and_watersheds(begin: Begin) -> None:
    dem = "inputs/140800/inputs/dem.tif"
    terrain = begin("terrain", dem=dem, products=["ls", "slope"])
    assert made(terrain) == {"ls.tif", "slope.tif", "provenance.json"}
    assert made(begin("watersheds", dem=dem)) == {"watersheds.gpkg", "summary.json", "provenance.json"}


def test_a_changed_input_makes_another_job(engineer: User, regions: dict[str, Region], demo: Path) -> None:
    facts = {"by": engineer, "region": regions["140800"]}
    before = services.start("terrain", {"dem": "inputs/140800/inputs/dem.tif"}, **facts)
    assert services.start("terrain", {"dem": "inputs/140800/inputs/dem.tif"}, **facts) == before
    dem = demo / "inputs" / "dem.tif"
    content = dem.read_bytes()
    dem.write_bytes(content + b"\0")
    try:
        after = services.start("terrain", {"dem": "inputs/140800/inputs/dem.tif"}, **facts)
    finally:
        dem.write_bytes(content)
    assert after.pk != before.pk
    assert after.inputs["dem.tif"] != before.inputs["dem.tif"]
