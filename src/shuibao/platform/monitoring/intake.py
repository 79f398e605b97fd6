"""What a finished monitoring run leaves in the database: a draft of a product."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max

from shuibao.platform.core.events import record
from shuibao.platform.jobs.models import Job
from shuibao.platform.monitoring.models import Product

KIND = "monitoring"


def take_in(job: Job, **_signal: Any) -> Product | None:
    """The draft of a finished run; None for a job of another kind, or a run that is known already."""
    if job.kind != KIND:
        return None
    found = job.result
    if Product.objects.filter(region=job.region, run_id=found["run_id"]).exists():
        return None
    path = Path(settings.DATA) / found["folder"] / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    earlier = Product.objects.filter(region=job.region, year=summary["year"])
    product = Product.objects.create(
        title=summary["title"][:200],
        region=job.region,
        year=summary["year"],
        version=(earlier.aggregate(last=Max("version"))["last"] or 0) + 1,
        run_id=found["run_id"],
        folder=found["folder"],
        summary=summary,
        is_demo=summary["demo"],
        job=job,
    )
    record(product, "products.made", f"监测完成，成果待发布：{product}", run_id=product.run_id)
    return product
