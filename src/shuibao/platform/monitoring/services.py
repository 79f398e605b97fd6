"""What people may do with products: publish."""

from django.db import transaction
from django.utils import timezone

from shuibao.platform.accounts.models import User
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region
from shuibao.platform.core.transitions import move
from shuibao.platform.core.visibility import require
from shuibao.platform.goals.services import publish_region_years
from shuibao.platform.jobs import services as jobs
from shuibao.platform.jobs.models import Job
from shuibao.platform.monitoring.models import Product, Secrecy
from shuibao.platform.monitoring.models.product import PUBLISH
from shuibao.science.errors import DomainError

PUBLICATION = "publication"


def publish_product(product_id: int, *, by: User, secrecy: Secrecy, approval_number: str = "") -> Job:
    """The job that prepares the product's map tiles and patches; when it is done the product is published.

    The job is started after the decision is kept: it looks through large files, which no lock may wait for.
    """
    product = _decide(product_id, by, secrecy, approval_number)
    try:
        return jobs.start(
            PUBLICATION, {"product": product.pk}, by=by, region=product.region, title=f"发布 {product}"
        )
    except DomainError:
        move(product, to=Product.State.DRAFT)
        raise


@transaction.atomic
def _decide(product_id: int, by: User, secrecy: Secrecy, approval_number: str) -> Product:
    product: Product = Product.objects.visible_to(by).select_for_update().get(pk=product_id)
    require(by, PUBLISH, product)
    move(product, to=Product.State.PREPARING)
    product.secrecy, product.approval_number = secrecy, approval_number
    product.published_by = by
    product.save(update_fields=["secrecy", "approval_number", "published_by"])
    record(product, PUBLISH, f"决定发布，密级{secrecy.label}", by=by, secrecy=secrecy.value)
    return product


@transaction.atomic
def finish_publication(product_id: int) -> Product:
    """The product, published; the one of its region and year that was published before is replaced."""
    product: Product = Product.objects.select_for_update().get(pk=product_id)
    now = timezone.now()
    earlier = Product.objects.filter(
        region=product.region, year=product.year, state=Product.State.PUBLISHED
    ).first()
    if earlier is not None:
        move(earlier, to=Product.State.REPLACED)
        earlier.replaced_at = now
        earlier.save(update_fields=["replaced_at"])
        record(earlier, "products.replaced", f"由{product}替换", by=product.published_by)
    move(product, to=Product.State.PUBLISHED)
    product.published_at = now
    product.save(update_fields=["published_at"])
    record(product, "products.published", f"{product}已发布", by=product.published_by)
    if _is_of_regions(product):
        publish_region_years(product.summary, f"products:{product.pk}", product.published_by)
    return product


def _is_of_regions(product: Product) -> bool:
    """Whether the areas are summed by administrative regions, so that they are the rates of governments."""
    codes = {zone["code"] for zone in product.summary["zones"]}
    return Region.objects.filter(pk__in=codes).count() == len(codes)
