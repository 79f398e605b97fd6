"""A product's numbers as its page shows them: one row per county, bars of its classes, what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from shuibao.platform.core.visibility import reader_of
from shuibao.platform.monitoring.models import Product

CLASSES = ("微度", "轻度", "中度", "强烈", "极强烈", "剧烈")
_WIDTH = 240.0


@dataclass(frozen=True)
class Bar:
    """One class of a bar: number 1–6, left edge and width in a drawing 240 wide, words for readers."""

    number: int
    x: float
    width: float
    words: str


@dataclass(frozen=True)
class Row:
    """A zone's year. classes: areas of the six classes [km²]."""

    code: str
    name: str
    land_km2: float
    classes: tuple[float, ...]
    erosion_km2: float
    rate_pct: float | None
    mean_loss: float | None
    target_2030: float | None
    bars: tuple[Bar, ...]


def row_of(zone: Mapping[str, Any]) -> Row:
    """A zone of a summary as a row."""
    classes = tuple(zone["class_area_km2"][str(number)] for number in range(1, 7))
    return Row(
        zone["code"],
        zone["name"],
        zone["land_area_km2"],
        classes,
        zone["erosion_area_km2"],
        zone["water_conservation_rate_pct"],
        zone["mean_loss_t_km2_a"],
        zone["targets"].get("2030"),
        _bars(classes),
    )


def results(product: Product, user: object) -> dict[str, Any]:
    """What the product's page shows besides its facts."""
    summary = product.summary
    change = summary["change"]
    others = (
        Product.objects.visible_to(user)
        .filter(region=product.region)
        .exclude(pk=product.pk)
        .exclude(state=Product.State.DRAFT)
    )
    return {
        "product": product,
        "classes": CLASSES,
        "rows": [row_of(zone) for zone in summary["zones"]],
        "total": row_of(summary["totals"]),
        "coverage_pct": summary["coverage_pct"],
        "unverified": len(summary["unverified_rules"]),
        "notes": summary["notes"],
        "change": change and {"year": change["baseline_year"], **change["zones"][""]},
        "statuses": change and list(change["zones"][""]["status_km2"].items()),
        "files": _files(product, user),
        "others": others,
        "is_demo": product.is_demo or settings.DEMO,
    }


def _files(product: Product, user: object) -> list[tuple[str, str]]:
    """Label and address of the files a person may open: the job's, so the job's right holds."""
    if not reader_of(user).may("jobs.view", product.region_id):
        return []
    return [
        (file["label"], reverse("jobs:file", args=[product.job_id, file["path"]]))
        for file in product.job.result.get("files", ())
    ]


def _bars(areas: tuple[float, ...]) -> tuple[Bar, ...]:
    whole, left, found = sum(areas) or 1.0, 0.0, []
    for number, (name, area) in enumerate(zip(CLASSES, areas, strict=True), start=1):
        width = _WIDTH * area / whole
        found.append(Bar(number, round(left, 2), round(width, 2), f"{name} {100 * area / whole:.2f} %"))
        left += width
    return tuple(found)
