"""The map's page, its tiles and its statistics. Every answer passes the same gate: `visible_to`."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import inside, region_stem
from shuibao.platform.home import place as place_of
from shuibao.platform.home.sections import open_registers
from shuibao.platform.monitoring.models import Product
from shuibao.platform.monitoring.results import row_of
from shuibao.platform.onemap import catalogue
from shuibao.platform.onemap.boundaries import boundaries, region_at
from shuibao.platform.onemap.rasters import raster_tile
from shuibao.platform.onemap.statistics import areas_of_region, areas_of_shape, drawn_polygon
from shuibao.platform.onemap.tianditu import imagery_tile
from shuibao.platform.registers.features import region_path
from shuibao.science.errors import InputError

_DAY_S = 86_400
MONITORING = "监测"  # the theme in which the rasters stand too


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """一张图：图层树、图例、年度、统计条。"""
    region = place_of.region_of(request)
    products = list(catalogue.of_region(request.user, region))
    asked = request.GET.get("product", "")
    current = next((one for one in products if str(one.pk) == asked), products[-1] if products else None)
    themes = catalogue.themes(request.user)
    facts = {
        "rail": "map",
        "region": region,
        "products": products,
        "current": current,
        "rasters": list(catalogue.RASTERS.items()),
        "monitored": [layer for theme in themes if theme.word == MONITORING for layer in theme.layers],
        "themes": [theme for theme in themes if theme.word != MONITORING],
        "legend": catalogue.legend(region),
        "has_imagery": catalogue.imagery(),
        "setup": _setup(region, products, current, themes),
        "is_demo": settings.DEMO or any(one.is_demo for one in products),
    }
    return render(request, "onemap/map.html", facts)


def _setup(
    region: Region | None, products: list[Product], current: Product | None, themes: list[catalogue.Theme]
) -> dict[str, Any]:
    """What the page's script starts from."""
    shape: Any = region.boundary if region else None
    return {
        "box": list(shape.bounds) if shape else None,
        "region": region and region.code,
        "products": [catalogue.source_of(one) for one in products],
        "current": current and current.pk,
        "layers": [layer for theme in themes for layer in theme.layers],
        "boundaries": reverse("onemap:boundaries"),
        "place": reverse("onemap:place"),
        "statistics": reverse("onemap:of_polygon", args=[0]).replace("/0/polygon/", "/"),
        "imagery": reverse("onemap:imagery", args=["img", 0, 0, 0]).replace("/0/0/0.jpg", "/{z}/{x}/{y}.jpg")
        if catalogue.imagery()
        else None,
    }


@require_GET
def base(request: HttpRequest) -> HttpResponse:
    """The outlines of the regions around the person."""
    region = place_of.region_of(request)
    stem = region_stem(region.code)[:4] if region else "14"
    answer = HttpResponse(boundaries(stem), content_type="application/geo+json")
    answer["Cache-Control"] = "private, max-age=300"
    return answer


@require_GET
def raster(
    request: HttpRequest, product: int, version: str, layer: str, z: int, x: int, y: int
) -> HttpResponse:
    """A raster tile of a product the person may see; its run is in the address, so browsers keep it."""
    found = get_object_or_404(catalogue.map_products(request.user), pk=product, run_id=version)
    if layer not in catalogue.RASTERS:
        raise Http404
    png = raster_tile(found, layer, z, x, y)
    answer = HttpResponse(png or b"", content_type="image/png", status=200 if png else 204)
    answer["Cache-Control"] = f"private, max-age={_DAY_S}, immutable"
    return answer


@require_GET
def imagery(_request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponse:
    """A tile of 天地图."""
    if not _request.user.is_authenticated:
        raise Http404
    found = imagery_tile(layer, z, x, y)
    if found is None:
        raise Http404
    answer = HttpResponse(found[0], content_type=found[1])
    answer["Cache-Control"] = f"private, max-age={_DAY_S}"
    return answer


@require_GET
def region_statistics(request: HttpRequest, product: int, code: str) -> JsonResponse:
    """The areas of a region by class."""
    found = get_object_or_404(catalogue.map_products(request.user), pk=product)
    return JsonResponse(areas_of_region(found, get_object_or_404(Region, pk=code)).as_json())


@require_POST
def polygon_statistics(request: HttpRequest, product: int) -> JsonResponse:
    """The areas inside a drawn polygon by class."""
    found = get_object_or_404(catalogue.map_products(request.user), pk=product)
    return JsonResponse(areas_of_shape(found, drawn_polygon(request.body), "圈定范围").as_json())


@login_required
@require_GET
def place(request: HttpRequest) -> HttpResponse:
    """The inspector: the county at a point, its year, and what there is in it."""
    try:
        longitude, latitude = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError) as problem:
        raise InputError("地图上的位置应写 lon、lat 两个经纬度。") from problem
    region = region_at(longitude, latitude)
    if region is None:
        return render(request, "onemap/place.html", {"region": None})
    asked = request.GET.get("product", "")
    product = (
        catalogue.map_products(request.user).filter(pk=int(asked)).first() if asked.isdecimal() else None
    )
    zones = {zone["code"]: zone for zone in product.summary["zones"]} if product else {}
    facts = {
        "region": region,
        "product": product,
        "row": row_of(zones[region.code]) if region.code in zones else None,
        "legend": catalogue.legend(region),
        "here": _here(request.user, region),
    }
    return render(request, "onemap/place.html", facts)


def _here(user: object, region: Region) -> list[tuple[str, int, str]]:
    """What the registers have inside a region: title, number, address of the filtered list."""
    found = []
    for register in open_registers(user):
        if register.layer is None or register.name == "regions":
            continue
        count = register.rows(user).filter(inside([region.stem], region_path(register))).count()
        if count:
            address = f"{reverse('registers:list', args=[register.name])}?region={region.code}"
            found.append((register.title, count, address))
    return found
