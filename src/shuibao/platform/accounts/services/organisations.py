"""The organisations that the plan's annex names, loaded from the shipped list."""

import importlib.resources
import tomllib
from typing import Any

from django.db import transaction

from shuibao.platform.accounts.models import Organisation
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region
from shuibao.science.errors import DomainError


class RegionMissing(DomainError):
    """An organisation whose region the platform does not have yet."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(f"还没有行政区 {'、'.join(codes)}，请先运行 shuibao regions load 再载入单位。")


@transaction.atomic
def load_organisations(city: str = "yuncheng") -> int:
    """How many organisations were new. Those that are there already, changed or not, are left alone."""
    rows = _shipped(city)
    known = set(Organisation.objects.values_list("code", flat=True))
    new = [row for row in rows if row["code"] not in known]
    _require_regions({row["region"] for row in new})
    for row in new:
        parent = Organisation.objects.get(code=row["parent"]) if "parent" in row else None
        organisation = Organisation.objects.create(
            code=row["code"], name=row["name"], kind=row["kind"], region_id=row["region"], parent=parent
        )
        record(organisation, "organisations.loaded", f"随附名单载入：{organisation.name}")
    return len(new)


def _shipped(city: str) -> list[dict[str, Any]]:
    """The rows of the list; a parent stands before its parts."""
    source = importlib.resources.files("shuibao.platform.accounts") / "seed" / f"{city}.toml"
    rows: list[dict[str, Any]] = tomllib.loads(source.read_text(encoding="utf-8"))["organisation"]
    return rows


def _require_regions(codes: set[str]) -> None:
    missing = codes - set(Region.objects.filter(pk__in=codes).values_list("pk", flat=True))
    if missing:
        raise RegionMissing(sorted(missing))
