"""The demo's years as jobs one can watch: the data are made, then each year is measured."""

from typing import Any

from django.conf import settings

from shuibao.platform.jobs import services
from shuibao.platform.jobs.kind import Parameters, job_kind
from shuibao.platform.jobs.models import Job
from shuibao.platform.jobs.running import RunningJob
from shuibao.platform.monitoring.models import Product, Secrecy
from shuibao.platform.monitoring.services import publish_product
from shuibao.science.errors import DomainError

_STEPS = 4  # what write_demo tells of


class NotTheDemo(DomainError):
    """Made-up data asked for on a platform that works in earnest."""

    def __init__(self) -> None:
        super().__init__("示例数据只能在示例平台（SHUIBAO_DEMO=yes）生成。")


@job_kind("demo_data", title="生成示例数据", lane="work", resumable=True)
def make_data(parameters: Parameters, job: RunningJob) -> dict[str, Any]:
    """Writes two made-up years and starts the monitoring of the first."""
    from shuibao.workflows.demo import write_demo

    if not settings.DEMO:
        raise NotTheDemo
    folder = settings.DATA / "inputs" / job.region.code
    told: list[str] = []

    def tell(step: str) -> None:
        told.append(step)
        job.progress(step, min(0.95, len(told) / (_STEPS + 1)))

    runs = write_demo(folder, cell_m=float(parameters["cell_m"]), progress=tell)
    by = Job.objects.get(pk=job.id).started_by
    names = [f"inputs/{job.region.code}/{run.name}" for run in runs]
    title = f"{job.region} {runs[0].stem} 年水土流失动态监测"
    first = services.start("monitoring", {"run_file": names[0]}, by=by, region=job.region, title=title)
    after = {"first": str(first.pk), "run_file": names[1]}
    services.start("demo_second_year", after, by=by, region=job.region)
    return {"files": [], "facts": [["格网边长", f"{parameters['cell_m']} m"]], "notes": ["全部为示例数据。"]}


@job_kind("demo_second_year", title="安排第二年的监测", lane="work", resumable=True)
def start_second_year(parameters: Parameters, job: RunningJob) -> dict[str, Any]:
    """Starts the second year's monitoring, compared with the first, which is before it in the queue."""
    first = Job.objects.get(pk=parameters["first"])
    if first.state != Job.State.DONE:
        now = first.get_state_display()
        raise DomainError(f"“{first}”还没有做完（{now}），第二年没有可比的基准。请先重做它。")
    by = Job.objects.get(pk=job.id).started_by
    wanted = {"run_file": parameters["run_file"], "baseline": first.result["folder"]}
    year = parameters["run_file"].rsplit("/", 1)[-1].removesuffix(".toml")
    title = f"{job.region} {year} 年水土流失动态监测"
    second = services.start("monitoring", wanted, by=by, region=job.region, title=title)
    jobs = {"jobs": [str(first.pk), str(second.pk)]}
    services.start("demo_publication", jobs, by=by, region=job.region)
    return {"files": [], "facts": [["基准", str(first)]], "notes": []}


@job_kind("demo_publication", title="发布示例的监测成果", lane="work", resumable=True)
def publish_years(parameters: Parameters, job: RunningJob) -> dict[str, Any]:
    """Publishes what both years' monitoring has made; each publication is a job of its own."""
    by = Job.objects.get(pk=job.id).started_by
    products = Product.objects.filter(job__in=parameters["jobs"], state=Product.State.DRAFT)
    if not products:
        raise DomainError("两年的监测还没有做完，没有成果可以发布。请先重做它们。")
    for product in products.order_by("year"):
        publish_product(product.pk, by=by, secrecy=Secrecy.OPEN)
    return {"files": [], "facts": [["发布", f"{len(products)} 个成果"]], "notes": ["全部为示例数据。"]}
