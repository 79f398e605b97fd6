"""Regions as a tree: province, cities, counties and zones; townships below a county."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from shuibao.platform.api.authentication import ANYBODY
from shuibao.platform.api.openapi import FOR_ANYBODY
from shuibao.platform.api.schemas import PROBLEMS
from shuibao.platform.core.models import Region

router = Router(auth=ANYBODY, tags=["行政区"])


class RegionTree(Schema):
    """A region and what it consists of."""

    code: str
    name: str
    level: str = Field(description="province 省、city 市、county 县、zone 开发区、township 乡镇")
    parts: list["RegionTree"]


@router.get(
    "",
    response={200: list[RegionTree], **PROBLEMS},
    openapi_extra=FOR_ANYBODY,
    summary="行政区：树",
    operation_id="region_tree",
    url_name="region-tree",
)
def tree(request: HttpRequest) -> list[dict[str, Any]]:
    """现行的省、市、县和开发区，不含乡镇。"""
    rows = Region.objects.visible_to(request.user).exclude(level=Region.Level.TOWNSHIP)
    return _nested(list(rows.filter(valid_to=None).defer("boundary")))


@router.get(
    "/{code}",
    response={200: RegionTree, **PROBLEMS},
    openapi_extra=FOR_ANYBODY,
    summary="行政区：一个及其下级",
    operation_id="region_branch",
    url_name="region-branch",
)
def branch(request: HttpRequest, code: str) -> dict[str, Any]:
    """一个行政区和它的下一级（县的下级是乡镇）。"""
    seen = Region.objects.visible_to(request.user).defer("boundary")
    region = seen.get(pk=code)
    parts = [_node(part, []) for part in seen.filter(parent=region, valid_to=None)]
    return _node(region, parts)


def _nested(regions: list[Region]) -> list[dict[str, Any]]:
    nodes = {region.code: _node(region, []) for region in regions}
    roots: list[dict[str, Any]] = []
    for region in regions:
        above = nodes.get(region.parent_id or "")
        (roots if above is None else above["parts"]).append(nodes[region.code])
    return roots


def _node(region: Region, parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"code": region.code, "name": region.name, "level": region.level, "parts": parts}
