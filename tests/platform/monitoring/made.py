"""Two coarse years of the demo as finished runs, and the products that come of them."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.conf import settings

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region
from shuibao.platform.jobs import endings, services
from shuibao.platform.jobs.kind import kind_named
from shuibao.platform.jobs.models import Job
from shuibao.platform.jobs.running import RunningJob
from shuibao.platform.jobs.worker.claim import claim_next
from shuibao.platform.monitoring.models import Product, Secrecy
from shuibao.platform.monitoring.services import publish_product
from shuibao.workflows import annual_monitoring
from shuibao.workflows.demo import write_demo

YEARS = (2024, 2025)
CITY = "140800"


def finished_runs() -> dict[int, dict[str, Any]]:
    """Year → what the job of that year's run has as its result.

    Computed once, and again when another test has cleared the data folder.
    """
    if not all((settings.PRODUCTS / CITY / str(year) / "run" / "report.html").exists() for year in YEARS):
        _runs.cache_clear()
    return _runs()


@cache
def _runs() -> dict[int, dict[str, Any]]:
    write_demo(settings.DATA / "inputs" / CITY, cell_m=600)
    found = {}
    for year in YEARS:
        folder = settings.PRODUCTS / CITY / str(year) / "run"
        plan = annual_monitoring.load_plan(
            settings.DATA / "inputs" / CITY / f"{year}.toml",
            [f"baseline={settings.PRODUCTS / CITY / '2024' / 'run'}"] if year > YEARS[0] else [],
        )
        made = annual_monitoring.run(plan, out=folder, workers=2)
        files = [{"label": "报告", "path": f"{CITY}/{year}/run/report.html"}]
        path = folder.relative_to(settings.DATA).as_posix()
        found[year] = {"run_id": made.run_id, "folder": path, "files": files, "facts": [], "notes": []}
    return found


@pytest.fixture
def runs() -> dict[int, dict[str, Any]]:
    """The results of both years' runs."""
    return finished_runs()


@pytest.fixture
def engineer(make_user: Callable[..., User]) -> User:
    """A monitoring engineer of Yuncheng, who may publish."""
    return make_user("engineer", Role.ENGINEER)


@pytest.fixture
def draft(
    runs: dict[int, dict[str, Any]], engineer: User, regions: dict[str, Region]
) -> Callable[..., Product]:
    """Ends a year's run; the product that follows from it."""

    def made(year: int = 2025, code: str = CITY) -> Product:
        asked = {"run_file": f"inputs/{CITY}/{year}.toml"}
        if year > YEARS[0]:
            asked["baseline"] = f"products/{CITY}/2024/run"
        job = services.start("monitoring", asked, by=engineer, region=regions[code])
        claimed(job)
        assert job.task_id is not None and endings.done(job.pk, job.task_id, runs[year])
        return Product.objects.get(job=job)

    return made


@pytest.fixture
def published(draft: Callable[..., Product], engineer: User) -> Callable[..., Product]:
    """A product that is out."""

    def made(year: int = 2025, secrecy: Secrecy = Secrecy.INTERNAL) -> Product:
        product = draft(year)
        carry_out(publish_product(product.pk, by=engineer, secrecy=secrecy))
        product.refresh_from_db()
        return product

    return made


def claimed(job: Job) -> None:
    """The job is taken by a worker."""
    taken = claim_next(job.lane, "tester")
    assert taken is not None and taken.job_id == job.pk
    job.refresh_from_db()


def carry_out(job: Job) -> None:
    """Does in this process what a worker does."""
    claimed(job)
    result = kind_named(job.kind).run(job.parameters, RunningJob(job))
    assert job.task_id is not None and endings.done(job.pk, job.task_id, result)
