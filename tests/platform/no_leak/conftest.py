"""The others' things, those whom they do not concern, and every address of the platform.

A new address with parameters needs a line in `_arguments`, or its parameter one in `_by_parameter`.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.core.cache import cache
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from shuibao.platform.accounts.models import Organisation, Post, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.api.models import ApiToken
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Attachment, Deadline, Region
from shuibao.platform.goals.models import (
    Allocation,
    Clause,
    Plan,
    Quantity,
    RegionYear,
    Report,
    Task,
    TaskUnit,
)
from shuibao.platform.jobs.models import Job
from shuibao.platform.monitoring.models import ErosionPatch, Product
from shuibao.platform.notices.models import Message
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.importing.models import Import
from shuibao.platform.registers.models import SavedView
from shuibao.platform.registers.registry import registers
from shuibao.platform.rulebook.models import RuleVersion
from shuibao.platform.rulebook.services import load_shipped_rules

MARK = "leak7mark"

NOT_POSTED = ("account_logout", "admin:logout")  # they would end the walk
PART_OF_MARK = "leak7"  # searched for: pages may repeat what was typed
FORMATS = ("xlsx", "csv", "gpkg", "geojson")


class World(NamedTuple):
    """What lies in the county of the others, every text of it marked."""

    company: Organisation
    person: User
    post: Post
    attachment: Attachment
    job: Job
    message: Message
    upload: Import
    view: SavedView
    deadline: Deadline
    rule: RuleVersion
    token: ApiToken
    goal: Task
    report: Report
    year: RegionYear
    allocation: Allocation
    product: Product
    patch: ErosionPatch


class Address(NamedTuple):
    """One address as it is asked for."""

    name: str
    method: str
    path: str


@pytest.fixture
def world(regions: dict[str, Region], make_user: Callable[..., User]) -> World:
    """A company, its person and all that belongs to them in 140802."""
    cache.clear()
    load_shipped_rules()
    company = Organisation.objects.create(
        code=f"{MARK}-company", name=f"{MARK} company", kind="company", region=regions["140802"]
    )
    person = make_user(f"{MARK}-person", Role.SUPERVISOR, "140802", phone="13812345678")
    person.organisation = company
    person.save()
    now, today = timezone.now(), timezone.localdate()
    record(company, "organisations.changed", f"{MARK} event", by=person)
    return World(
        company,
        person,
        Post.objects.create(organisation=company, holder=person, title=f"{MARK} post", valid_from=today),
        Attachment.objects.create(
            about_type="accounts.organisation",
            about_key=str(company.pk),
            region=regions["140802"],
            name=f"{MARK}.pdf",
            media_type="application/pdf",
            bytes=1,
            sha256="0" * 64,
            added_by=person,
        ),
        Job.objects.create(
            kind="import",
            title=f"{MARK} job",
            region=regions["140802"],
            started_by=person,
            lane="work",
            rules_on=today,
            input_hash="0" * 64,
        ),
        Message.objects.create(key=MARK, recipient=person, channel="in_app", subject=MARK, next_at=now),
        Import.objects.create(
            register="regions",
            region=regions["140802"],
            by=person,
            name=f"{MARK}.xlsx",
            sha256="0" * 64,
            bytes=1,
        ),
        SavedView.objects.create(owner=person, register="regions", name=f"{MARK} view", query=""),
        Deadline.objects.create(
            task="test",
            title=f"{MARK} deadline",
            about_type="accounts.organisation",
            about_key=str(company.pk),
            region=regions["140802"],
            role=Role.SUPERVISOR,
            started_on=today,
            due_on=today,
            due_at=now,
            basis="测试",
            confidence="own",
        ),
        RuleVersion.objects.filter(region_code="").first(),
        ApiToken.objects.create(
            owner=person, name=f"{MARK} token", start="leak", hash="0" * 64, scope="write", expires_at=now
        ),
        *_goals(company, regions["140802"]),
        *_monitored(regions["140802"], person),
    )


def _monitored(region: Region, person: User) -> tuple[Product, ErosionPatch]:
    """A published internal product of the county, and a patch of it."""
    job = Job.objects.create(
        kind="monitoring",
        title=f"{MARK} run",
        region=region,
        started_by=person,
        lane="work",
        rules_on=timezone.localdate(),
        input_hash="1" * 64,
        state=Job.State.DONE,
    )
    totals = {"water_conservation_rate_pct": 77.25, "erosion_area_km2": 1.0, "land_area_km2": 4.0}
    product = Product.objects.create(
        title=f"{MARK} product",
        region=region,
        year=2025,
        version=1,
        run_id="run-1",
        folder="products/140802/2025/run-1",
        summary={"totals": totals, "zones": [], "year": 2025, "demo": False},
        state=Product.State.PUBLISHED,
        job=job,
        published_by=person,
        published_at=timezone.now(),
    )
    patch = ErosionPatch.objects.create(
        product=product,
        region=region,
        patch_id=f"{MARK}-patch",
        year=2025,
        first_year=2025,
        intensity=2,
        area_m2=500.0,
        mean_loss_t_km2_a=1500.0,
        land_use="旱地",
        slope_class="",
        status="",
    )
    return product, patch


def _goals(unit: Organisation, region: Region) -> tuple[Task, Report, RegionYear, Allocation]:
    """A task of the county led by the company, its report, a published year, a tried allocation."""
    plan = Plan.objects.create(
        code="county-plan",
        name="县方案",
        number="1",
        issuer="县",
        issued_on="2024-01-18",
        region=region,
        preamble="引言",
    )
    clause = Clause.objects.create(
        plan=plan, code="C1", position=1, mark="一", chapter="一", title="条", text="条文"
    )
    Quantity.objects.create(
        plan=plan, clause=clause, code="C-quantity", name="指标", target=1, unit="个", year=2030
    )
    task = Task.objects.create(
        plan=plan,
        code="C1",
        number=1,
        heading="类",
        wording=f"{MARK} task",
        lead=f"{MARK} lead",
        region=region,
        starts_on="2024-01-18",
    )
    TaskUnit.objects.create(task=task, part="lead", position=1, printed="单位").organisations.add(unit)
    report = Report.objects.create(
        task=task, unit=unit, region=region, year=2026, quarter=1, text=f"{MARK} report"
    )
    year = RegionYear.objects.create(
        region=region,
        year=2025,
        land_km2=100,
        erosion_km2=10,
        rate_pct=90,
        source=f"{MARK} source",
        product=f"{MARK} product",
    )
    allocation = Allocation.objects.create(
        region=region,
        year=2030,
        base_year=2025,
        version=1,
        target_pct=91,
        area_weight=0.5,
        land_km2=100,
        erosion_km2=10,
        ceiling_km2=9,
        needed_km2=1,
        potential_source=f"{MARK} potential",
    )
    return task, report, year, allocation


@pytest.fixture
def outsiders(regions: dict[str, Region], make_user: Callable[..., User]) -> dict[str, User | None]:
    """Nobody, people of another county, another department there, and another builder in the county."""
    department = Organisation.objects.create(
        code="other-department", name="别的部门", kind="department", region=regions["141002"]
    )
    rival = Organisation.objects.create(
        code="rival", name="别的公司", kind="company", region=regions["140802"]
    )
    return {
        "nobody": None,
        "supervisor of another county": make_user("stranger", Role.SUPERVISOR, "141002"),
        "administrator of another county": make_user("stranger-admin", Role.ADMINISTRATOR, "141002"),
        "liaison of another department": make_user(
            "liaison", Role.LIAISON, "141002", organisation=department
        ),
        "another builder": make_user("builder", Role.BUILDER, "140802", organisation=rival),
        "the public": make_user("citizen", Role.PUBLIC, "140800"),
    }


def _arguments(world: World) -> dict[str, list[dict[str, Any]]]:
    """What stands in the addresses that have parameters, by the name of the address."""
    person = {"pk": world.person.pk}
    job, attachment, rule = {"job_id": world.job.pk}, {"key": world.attachment.pk}, {"pk": world.rule.pk}
    given: dict[str, list[dict[str, Any]]] = {
        "section": [{"name": word} for word in ("monitoring", "data", "nowhere")],
        "account_reset_password_from_key": [{"uidb36": "1", "key": "wrong-key"}],
        "accounts:end_grant": [person | {"grant": world.person.grants.get().pk}],
        "accounts:end_post": [person | {"post": world.post.pk}],
        "tokens:end": [{"token": world.token.pk}],
        "notices:open": [{"message_id": world.message.pk}],
        "registers:drop_view": [{"name": "regions", "view": world.view.pk}],
        "registers:export": [
            {"name": declared.name, "form": form} for declared in registers() for form in FORMATS
        ],
    }
    given |= {f"accounts:{name}": [person] for name in _PERSON_PAGES}
    given |= {f"jobs:{name}": [job] for name in ("detail", "live", "cancel", "retry")}
    given |= {"jobs:file": [job | {"name": "report.html"}]}
    given |= {f"attachments:{name}": [attachment] for name in ("file", "preview", "end")}
    goal, report = {"code": world.goal.code}, {"pk": world.report.pk}
    given |= {f"goals:{name}": [goal] for name in ("file", "term", "milestone", "note", "clause")}
    given |= {f"goals:{name}": [report] for name in ("report", "verify", "sign", "return")}
    given |= {f"goals:{name}": [{"pk": world.allocation.pk}] for name in ("allocation", "issue")}
    given |= {
        "goals:plan": [{"code": "county-plan"}],
        "goals:count": [{"code": "C-quantity"}],
        "goals:quarterly_file": [{"year": 2026, "quarter": 1, "form": form} for form in ("docx", "xlsx")],
    }
    product, tile = world.product.pk, {"z": 9, "x": 413, "y": 201}
    given |= {
        "monitoring:publish": [{"pk": product}],
        "onemap:of_region": [{"product": product, "code": "140802"}],
        "onemap:of_polygon": [{"product": product}],
        "onemap:raster": [{"product": product, "version": "run-1", "layer": "intensity", **tile}],
        "onemap:imagery": [{"layer": "img", **tile}],
    }
    given |= {f"rulebook:{name}": [rule] for name in ("verify", "replace")}
    given |= {
        f"registers:{name}": [{"name": declared.name} for declared in registers()]
        for name in ("list", "features", "keep_view", "new", "import")
    }
    given |= {
        f"registers:{name}": [
            {"name": declared.name, "key": _key(declared, world)} for declared in registers()
        ]
        for name in ("detail", "card", "history", "edit", "end")
    }
    given |= {
        f"api:{declared.name}-{act}": [{"key": _key(declared, world)}]
        for declared in registers()
        for act in ("one", "history", "change", "end")
    }
    given |= {
        f"registers:import_{name}": [{"name": "regions", "import_id": world.upload.pk}]
        for name in ("walk", "answer", "columns", "write", "give_up", "faults")
    }
    return given


_PERSON_PAGES = (
    "person",
    "add_post",
    "change_organisation",
    "change_details",
    "invite",
    "reset_second_factor",
    "end_person",
)


def _by_parameter(world: World) -> dict[str, Any]:
    """What stands in the addresses of the back office, of the API and of OGC, by the parameter's name."""
    return {
        "object_id": world.person.pk,
        "id": world.person.pk,
        "key": world.company.code,
        "app_label": "mfa",
        "content_type_id": 1,
        "url": "nowhere",
        "name": "organisations",
        "register": "organisations",
        "collection_id": "organisations",
        "feature_id": world.company.code,
        "job_id": world.job.pk,
        "job": world.job.pk,
        "rest": "nowhere",
        "import_id": world.upload.pk,
        "attachment_id": world.attachment.pk,
        "code": "140802",
        "form": "csv",
    }


def _key(declared: Register, world: World) -> Any:
    """The address of the marked object of a register, or of any object of it."""
    marked = {type(row): row for row in world} | {Region: Region.objects.get(pk="140802")}
    row = marked.get(declared.model) or declared.model._default_manager.first()
    return getattr(row, declared.key, uuid.UUID(int=0))


@pytest.fixture
def addresses(world: World) -> list[Address]:
    """Every address of the platform with every argument, by GET and by POST; every operation of the API."""
    given, named = _arguments(world), _by_parameter(world)
    found = []
    for namespace, pattern in _patterns(get_resolver(), ""):
        name = f"{namespace}{pattern.name}"
        for path in _paths(namespace, name, pattern, given, named):
            found.append(Address(name, "get", path))
            if name not in NOT_POSTED:
                found.append(Address(name, "post", path))
    searched = ["/search/", *(reverse("registers:list", args=[declared.name]) for declared in registers())]
    found += [Address("searched", "get", f"{path}?q={PART_OF_MARK}") for path in searched]
    return [*found, *_operations(world)]


def _patterns(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, URLPattern]]:
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            inner = f"{namespace}{part.namespace}:" if part.namespace else namespace
            yield from _patterns(part, inner)
        else:
            yield namespace, part


def _paths(
    namespace: str,
    name: str,
    pattern: URLPattern,
    given: dict[str, list[dict[str, Any]]],
    named: dict[str, Any],
) -> list[str]:
    if pattern.name is None and namespace == "admin:":
        return ["/admin/nowhere/"]  # the back office's catch-all
    assert pattern.name, f"the address {pattern.pattern} has no name: give it one"
    if name in given:
        return [reverse(name, kwargs=parts) for parts in given[name]]
    parameters = list(_parameters(name))
    if not parameters:
        return [reverse(name)]
    is_named = namespace.startswith(("admin:", "api", "ogc"))
    unknown = [one for one in parameters if not is_named or one not in named]
    assert not unknown, f"{name} needs {unknown}: add a line to `_arguments` or `_by_parameter`"
    return [reverse(name, kwargs={one: named[one] for one in parameters})]


def _parameters(name: str) -> tuple[str, ...]:
    """The parameters of a named address, those of the parts before it included."""
    *spaces, last = name.split(":")
    resolver = get_resolver()
    outer: tuple[str, ...] = ()
    for space in spaces:
        prefix, resolver = resolver.namespace_dict[space]
        outer = (*outer, *re.findall(r"%\((\w+)\)s", prefix))
    found = resolver.reverse_dict.getlist(last)
    assert found, f"{name} cannot be found by its name"
    return (*outer, *found[0][0][0][1])


def _operations(world: World) -> list[Address]:
    """Every operation that the API describes."""
    described = Client().get("/api/openapi.json")
    assert described.status_code == 200
    named = _by_parameter(world)
    found = []
    for template, methods in described.json()["paths"].items():
        unknown = [one for one in re.findall(r"{(\w+)}", template) if one not in named]
        assert not unknown, f"{template} needs {unknown}: add a line to `_by_parameter`"
        path = re.sub(r"{(\w+)}", lambda match: str(named[match[1]]), template)
        found += [Address(template, method, path) for method in methods]
    return found


@pytest.fixture
def rows_of_others(world: World) -> Callable[[], list[dict[str, Any]]]:
    """The marked objects as they stand in the database when it is called."""
    kept: list[models.Model] = [*world, world.person.grants.get()]
    return lambda: [type(row)._base_manager.filter(pk=row.pk).values().get() for row in kept]
