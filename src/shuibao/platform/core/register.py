"""The register of regions."""

from shuibao.platform.core.models import Region
from shuibao.platform.registers.declaration import (
    Column,
    Filter,
    Group,
    Importing,
    Layer,
    Register,
    SavedQuery,
)
from shuibao.platform.registers.registry import register

register(
    Register(
        name="regions",
        model=Region,
        rail="data",
        key="code",
        is_open=True,
        counter="个",
        columns=(
            Column("code"),
            Column("name", is_link=True),
            Column("level"),
            Column("parent__name", head="上级"),
            Column("area_km2", head="面积", unit="km²", digits=1, is_sortable=False),
            Column("valid_from", is_minor=True),
            Column("source", is_minor=True),
        ),
        search=("code", "name"),
        filters=(Filter("level", "choice"), Filter("code", "region", head="所在地区")),
        views=(SavedQuery("县（市、区）", "level=county"), SavedQuery("开发区", "level=zone")),
        facts=(
            Group("行政区", ("code", "name", "level", "parent", "area_km2")),
            Group("有效期和来源", ("valid_from", "valid_to", "source")),
        ),
        layer=Layer("boundary", label="name", theme="基础", fill="#3f4c44", secrecy="open"),
        importing=Importing(
            key=("code",),
            fields=("code", "name", "level", "parent", "valid_from", "valid_to", "source"),
            required=("code", "name", "level"),
            lookups={"parent": "code"},
            geometry="boundary",
        ),
        exported=("code", "name", "level", "parent_id", "area_km2", "valid_from", "valid_to", "source"),
        order=("code",),
        editable=("code", "name", "level", "parent", "valid_from", "source"),
        empty="还没有行政区。运行 shuibao regions load 载入随附的山西省边界，或从文件导入。",
    )
)
