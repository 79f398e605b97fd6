"""Both plans, the organisations they name, and people at each step of the chain."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shuibao.data.regions import regions as shipped_regions
from shuibao.platform.accounts.models import Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.accounts.services import load_organisations
from shuibao.platform.core.attachments.services import add_attachment
from shuibao.platform.core.models import Region
from shuibao.platform.goals.models import Report, Task
from shuibao.platform.goals.services import draft_report, file_report, load_plans


class People(NamedTuple):
    """Who stands where in the chain, and those who do not."""

    liaison: User
    other_liaison: User
    supervisor: User
    office: User
    planner: User
    engineer: User
    auditor: User
    county: User
    other_city: User


@pytest.fixture(autouse=True)
def files_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES = tmp_path / "files"


@pytest.fixture
def plans(regions: dict[str, Region]) -> None:
    """All counties of Yuncheng, the organisations, both plans."""
    for code, county in shipped_regions("counties").items():
        if code.startswith("1408"):
            Region.objects.get_or_create(
                code=code, defaults={"name": county.name, "level": "county", "parent_id": "140800"}
            )
    load_organisations()
    assert load_plans() == 2


@pytest.fixture
def people(plans: None, make_user: Callable[..., User]) -> People:
    def person(name: str, role: Role, organisation: str = "", code: str = "140800") -> User:
        unit = Organisation.objects.get(code=organisation) if organisation else None
        return make_user(name, role, code, organisation=unit)

    return People(
        person("liaison", Role.LIAISON, "1408-planning"),
        person("other-liaison", Role.LIAISON, "1408-culture"),
        person("supervisor", Role.SUPERVISOR, "1408-water"),
        person("office", Role.OFFICE, "1408-water"),
        person("planner", Role.PLANNER, "1408-water"),
        person("engineer", Role.ENGINEER, "1408-water"),
        person("auditor", Role.AUDITOR),
        person("county", Role.SUPERVISOR, "140802-water", "140802"),
        person("other-city", Role.SUPERVISOR, "", "141000"),
    )


@pytest.fixture
def task(plans: None) -> Task:
    """Task 25, led by 市规划和自然资源局, with a quantity and a last day."""
    return Task.objects.get(code="T25")


@pytest.fixture
def filed(task: Task, people: People) -> Report:
    """A report of the first quarter of 2026, filed with evidence."""
    quantity = task.quantities.get()
    report = draft_report(
        task.pk,
        year=2026,
        quarter=1,
        progress_pct=90,
        text="示范区方案已批复。",
        figures={quantity.pk: 0.0},
        by=people.liaison,
    )
    evidence = SimpleUploadedFile("批复.txt", "平陆县示范区方案的批复。".encode())
    add_attachment(report, evidence, by=people.liaison)
    return file_report(report.pk, by=people.liaison)


@pytest.fixture
def summary() -> dict[str, Any]:
    """A year's monitoring of the 13 counties, as summary.json has it: a fifth of each county erodes."""
    codes = sorted(code for code in shipped_regions("counties") if code.startswith("1408"))
    zones = [
        {
            "code": code,
            "name": code,
            "land_area_km2": 1000.0 + 10 * place,
            "erosion_area_km2": 100.0 + 20 * place,
        }
        for place, code in enumerate(codes)
    ]
    return {"title": "运城市 2025 年监测", "year": 2025, "demo": False, "run_id": "abc", "zones": zones}
