"""The publication of a product as a job: rasters for the map, patches into their register, then it is out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from shuibao.platform.core.models import Region
from shuibao.platform.jobs.kind import Parameters, job_kind
from shuibao.platform.jobs.running import RunningJob
from shuibao.platform.monitoring.models import ErosionPatch, Product
from shuibao.platform.monitoring.services import PUBLICATION, finish_publication
from shuibao.science.errors import InputError

LAYERS = ("intensity", "soil_loss")
_BATCH = 500


def inputs(parameters: Parameters, region: Region) -> dict[str, Path]:
    """The rasters and the patches of the product."""
    folder = _product(parameters, region).directory
    files = [folder / f"{layer}.tif" for layer in LAYERS] + [folder / "patches.gpkg"]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise InputError(f"成果目录里缺 {'、'.join(missing)}。请重新运行监测。")
    return {file.name: file for file in files}


@job_kind(PUBLICATION, title="发布监测成果", lane="work", resumable=True, inputs=inputs)
def run(parameters: Parameters, job: RunningJob) -> dict[str, Any]:
    """How many patches there are. What an attempt before this one has loaded is loaded again."""
    from shuibao.data.web_tiles import write_web_raster

    product = _product(parameters, job.region)
    for place, layer in enumerate(LAYERS):
        job.progress("地图栅格", place * 0.2)
        write_web_raster(product.directory / f"{layer}.tif", product.tiles / f"{layer}.tif")
    count = _load_patches(product, job)
    finish_publication(product.pk)
    return {"files": [], "facts": [["侵蚀图斑", f"{count} 个"]], "notes": [], "run_id": product.run_id}


def _product(parameters: Parameters, region: Region) -> Product:
    found = Product.objects.filter(pk=int(parameters.get("product") or 0), region=region).first()
    if found is None:
        raise InputError(f"参数 product：{region}没有编号为 {parameters.get('product')} 的监测成果。")
    return found


def _load_patches(product: Product, job: RunningJob) -> int:
    """How many patches the product has now: short transactions, so that nobody waits."""
    while old := list(product.patches.values_list("pk", flat=True)[:_BATCH]):
        ErosionPatch.objects.filter(pk__in=old).delete()  # left by an attempt that nobody saw
    total, count = _count(product), 0
    for batch in _batches(product):
        with transaction.atomic():
            ErosionPatch.objects.bulk_create(batch)
        count += len(batch)
        job.progress("侵蚀图斑", 0.4 + 0.6 * count / max(1, total))
    return count


def _count(product: Product) -> int:
    import pyogrio

    return int(pyogrio.read_info(product.directory / "patches.gpkg", layer="patches")["features"])


def _batches(product: Product) -> Iterator[list[ErosionPatch]]:
    import pyogrio

    known = set(Region.objects.values_list("code", flat=True))
    path, total = product.directory / "patches.gpkg", _count(product)
    for start in range(0, total, _BATCH):
        table = pyogrio.read_dataframe(path, layer="patches", skip_features=start, max_features=_BATCH)
        table = table.to_crs("EPSG:4490").rename(columns={"class": "intensity"})
        yield [_patch(product, row, known) for row in table.itertuples(index=False)]


def _patch(product: Product, row: Any, known: set[str]) -> ErosionPatch:
    zone = str(row.zone)
    return ErosionPatch(
        product=product,
        region_id=zone if zone in known else product.region_id,
        patch_id=row.id,
        year=row.year,
        first_year=row.first_year,
        intensity=int(row.intensity),
        area_m2=row.area_m2,
        mean_loss_t_km2_a=row.mean_loss_t_km2_a,
        land_use=row.land_use_name or "",
        slope_class=row.slope_class or "",
        status=getattr(row, "status", None) or "",
        shape=row.geometry,
    )
