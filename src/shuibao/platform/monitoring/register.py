"""The registers of monitoring products and of erosion patches."""

from shuibao.platform.monitoring.models import ErosionPatch, Product
from shuibao.platform.monitoring.results import results
from shuibao.platform.registers.declaration import (
    Action,
    Column,
    Filter,
    Group,
    Layer,
    Panel,
    Register,
    SavedQuery,
)
from shuibao.platform.registers.registry import register

register(
    Register(
        name="products",
        model=Product,
        rail="monitoring",
        counter="个",
        columns=(
            Column("title", is_link=True),
            Column("region__name", head="行政区"),
            Column("year"),
            Column("version"),
            Column(
                "state",
                tones={"draft": "off", "preparing": "note", "published": "ok", "replaced": "off"},
            ),
            Column("rate_pct", head="水土保持率", unit="%", digits=2, is_sortable=False),
            Column("erosion_area_km2", head="水土流失面积", unit="km²", digits=1, is_sortable=False),
            Column("secrecy", is_minor=True),
            Column("published_at", is_minor=True),
        ),
        search=("title", "run_id"),
        filters=(
            Filter("state", "choice"),
            Filter("region", "region"),
            Filter("year", "number"),
            Filter("secrecy", "choice"),
        ),
        views=(SavedQuery("已发布", "state=published"), SavedQuery("待发布", "state=draft")),
        facts=(
            Group("成果", ("title", "region", "year", "version", "state", "secrecy", "is_demo")),
            Group("来历", ("run_id", "job", "created_at", "published_by", "published_at", "replaced_at")),
            Group("地图", ("approval_number",)),
        ),
        exported=("title", "region_id", "year", "version", "state", "run_id", "rate_pct", "erosion_area_km2"),
        actions=(
            Action(
                "发布",
                "monitoring:publish",
                "monitoring.publish",
                lambda product: product.state == Product.State.DRAFT,
            ),
        ),
        panels=(Panel("monitoring/results.html", results),),
        heads={"rate_pct": "水土保持率（%）", "erosion_area_km2": "水土流失面积（km²）"},
        order=("-year", "region_id", "-version"),
        empty="还没有监测成果。发起一次监测，完成后它作为草稿出现在这里。",
    )
)

register(
    Register(
        name="patches",
        model=ErosionPatch,
        rail="monitoring",
        counter="个",
        columns=(
            Column("patch_id", is_link=True),
            Column("region__name", head="行政区"),
            Column("year"),
            Column("intensity"),
            Column("area_ha", head="面积", unit="ha", digits=2, is_sortable=False),
            Column("mean_loss_t_km2_a", head="平均模数", unit="t/(km²·a)", digits=0),
            Column("land_use"),
            Column("slope_class", is_minor=True),
            Column("status", is_minor=True),
        ),
        search=("patch_id",),
        filters=(
            Filter("year", "number"),
            Filter("region", "region"),
            Filter("intensity", "choice"),
            Filter("status", "choice"),
            Filter("product__state", "choice", head="成果状态"),
        ),
        views=(SavedQuery("现行", "product__state=published"),),
        facts=(
            Group("图斑", ("patch_id", "region", "year", "first_year", "intensity", "status")),
            Group("量", ("area_m2", "mean_loss_t_km2_a", "land_use", "slope_class")),
            Group("来历", ("product",)),
        ),
        layer=Layer("shape", label="patch_id", theme="监测", fill="#c4473a", secrecy="internal"),
        exported=(
            "patch_id",
            "region_id",
            "year",
            "first_year",
            "intensity",
            "area_m2",
            "mean_loss_t_km2_a",
            "land_use",
            "slope_class",
            "status",
        ),
        order=("-year", "patch_id"),
        empty="还没有侵蚀图斑。成果发布时，它的图斑会登记在这里。",
    )
)
