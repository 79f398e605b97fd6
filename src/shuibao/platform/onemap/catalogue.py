"""What a person finds on the map: products by year, and the registers that have a layer, by theme."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import Visible
from shuibao.platform.monitoring.models import Product
from shuibao.platform.monitoring.results import CLASSES
from shuibao.platform.registers.features import may_draw
from shuibao.platform.registers.registry import registers
from shuibao.platform.rulebook.queries import book_for

COLOURS = ("#e3efda", "#f7eab5", "#f4c27a", "#e58a4e", "#c4473a", "#7c1d2b")
RASTERS = {"intensity": "土壤侵蚀强度", "soil_loss": "土壤流失量 t/(km²·a)"}
LOSS_SHOWN_UP_TO = 15_000.0  # where 剧烈 begins: beyond it the ramp has one colour


@dataclass
class Theme:
    """Layers that stand together in the tree: address name, word, colour, how many there are."""

    word: str
    layers: list[dict[str, Any]] = field(default_factory=list)


def map_products(user: object) -> Visible:
    """The products whose tiles a person may have, newest year first."""
    out = (Product.State.PUBLISHED, Product.State.REPLACED)
    return Product.objects.visible_to(user).filter(state__in=out).select_related("region")


def of_region(user: object, region: Region | None) -> "QuerySet[Product]":
    """The published products that cover a region: its own, or those of what it lies in."""
    found = map_products(user).filter(state=Product.State.PUBLISHED)
    while region is not None:
        own = found.filter(region=region)
        if own.exists():
            return own.order_by("year")
        region = region.parent
    return found.none()


def source_of(product: Product) -> dict[str, Any]:
    """What the map's script needs to know of a product."""
    return {
        "id": product.pk,
        "year": product.year,
        "title": product.title,
        "demo": product.is_demo,
        "approval": product.approval_number,
        "tiles": {
            layer: reverse("onemap:raster", args=[product.pk, product.run_id, layer, 0, 0, 0]).replace(
                "/0/0/0.png", "/{z}/{x}/{y}.png"
            )
            for layer in RASTERS
        },
    }


def themes(user: object) -> list[Theme]:
    """The registers with a layer that may leave for this person."""
    found: dict[str, Theme] = {}
    for register in registers():
        layer = register.layer
        if layer is None or register.name == "regions" or not may_draw(layer, register, user):
            continue
        theme = found.setdefault(layer.theme, Theme(layer.theme))
        theme.layers.append(
            {
                "name": register.name,
                "word": register.title,
                "fill": layer.fill,
                "count": register.rows(user).count(),
                "features": reverse("registers:features", args=[register.name]),
                "list": reverse("registers:list", args=[register.name]),
            }
        )
    return list(found.values())


def legend(region: Region | None) -> list[tuple[int, str, str, str]]:
    """Number, name, colour and bounds [t/(km²·a)] of the six classes, by the rules of the region."""
    limits = book_for(region.code if region else "", timezone.localdate()).numbers("intensity.water")
    words = [f"{limit:,.0f}" for limit in limits]
    between = [f"{low}–{high}" for low, high in pairwise(words)]
    bounds = ("< 容许值", f"容许值–{words[0]}", *between, f"≥ {words[-1]}")
    return list(zip(range(1, 7), CLASSES, COLOURS, bounds, strict=True))


def imagery() -> bool:
    """Whether 天地图 can be had."""
    return bool(settings.TIANDITU_KEY)
