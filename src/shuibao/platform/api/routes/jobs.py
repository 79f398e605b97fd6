"""Jobs: what runs, what came of it; started, cancelled, started again."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from shuibao.platform.accounts.models import User
from shuibao.platform.api.authentication import PERSON
from shuibao.platform.api.problems import Fault, invalid
from shuibao.platform.api.schemas import PROBLEMS, Strict
from shuibao.platform.core.models import Region
from shuibao.platform.jobs import kind as kinds
from shuibao.platform.jobs import queries, services
from shuibao.platform.jobs.models import Job

router = Router(auth=PERSON, tags=["作业"])


class JobOut(Schema):
    """A job in the list."""

    id: UUID
    kind: str
    title: str
    region: str = Field(alias="region_id")
    started_by: str = Field(alias="started_by.name")
    lane: str
    state: str = Field(
        description="queued 排队、running 执行中、done 完成、failed 失败、cancelled 已取消、lost 中断"
    )
    progress: float = Field(description="0 到 1")
    step: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_asked_at: datetime | None


class Line(Schema):
    """A line of the log."""

    number: int
    at: datetime
    text: str


class FileOut(Schema):
    """A file of the result."""

    label: str
    href: str


class JobDetail(JobOut):
    """One job with its input, steps, log and result."""

    parameters: dict[str, Any]
    inputs: dict[str, str]
    code_version: str
    rules_on: date
    input_hash: str
    attempts: int
    steps: list[dict[str, Any]]
    problem: str
    facts: list[list[str]]
    notes: list[str]
    files: list[FileOut]
    lines: list[Line]
    may_cancel: bool
    may_retry: bool


class JobPage(Schema):
    """A page of the list, newest first."""

    total: int
    page: int
    per: int
    items: list[JobOut]


class KindOut(Schema):
    """A kind of job."""

    name: str
    title: str
    lane: str


class JobsAsked(Schema):
    """Which jobs."""

    state: Literal["queued", "running", "done", "failed", "cancelled", "lost"] | None = None
    page: int = Field(1, ge=1, le=100_000)
    per: int = Field(50, ge=1, le=200)


class Start(Strict):
    """What is to be computed."""

    kind: str = Field(max_length=40, description="种类，见 /api/jobs/kinds")
    region: str = Field(max_length=12, description="行政区划代码")
    parameters: dict[str, Any] = Field(default_factory=dict, description="该种类的参数")
    title: str = Field("", max_length=200, description="名称；不写则由地区和种类组成")


class Cancel(Strict):
    """Why a job is not to go on."""

    reason: str = Field(min_length=1, max_length=services.REASON_LENGTH)


@router.get(
    "", response={200: JobPage, **PROBLEMS}, summary="作业：列表", operation_id="jobs_list", url_name="jobs"
)
def jobs(request: HttpRequest, asked: Query[JobsAsked]) -> dict[str, Any]:
    """自己发起的，和本地区能看的，新的在前。"""
    found = queries.jobs_in_state(request.user, asked.state or "")
    first = (asked.page - 1) * asked.per
    return {
        "total": found.count(),
        "page": asked.page,
        "per": asked.per,
        "items": list(found[first : first + asked.per]),
    }


@router.get(
    "/kinds",
    response={200: list[KindOut], **PROBLEMS},
    summary="作业：种类",
    operation_id="jobs_kinds",
    url_name="job-kinds",
)
def job_kinds(request: HttpRequest) -> list[Any]:
    """可以发起的种类。"""
    return list(kinds.kinds())


@router.get(
    "/{uuid:job}",
    response={200: JobDetail, **PROBLEMS},
    summary="作业：一项",
    operation_id="jobs_read",
    url_name="job",
)
def one(request: HttpRequest, job: UUID) -> dict[str, Any]:
    """进度、步骤、日志、结果。"""
    return _detail(request, _job(request, job))


@router.post(
    "",
    response={202: JobDetail, **PROBLEMS},
    summary="作业：发起",
    operation_id="jobs_start",
    url_name="job-start",
)
def start(request: HttpRequest, response: HttpResponse, payload: Start) -> Status:
    """排入队列；同样的输入已有作业时，给出那一项。"""
    region = Region.objects.visible_to(request.user).filter(pk=payload.region).first()
    if region is None:
        raise invalid(Fault("region", "invalid_choice", f"没有代码为 {payload.region!r} 的行政区。"))
    made = services.start(
        payload.kind, payload.parameters, by=_person(request), region=region, title=payload.title
    )
    response["Location"] = reverse("api:job", args=[made.pk])
    return Status(202, _detail(request, _job(request, made.pk)))


@router.post(
    "/{uuid:job}/cancel",
    response={200: JobDetail, **PROBLEMS},
    summary="作业：取消",
    operation_id="jobs_cancel",
    url_name="job-cancel",
)
def cancel(request: HttpRequest, job: UUID, payload: Cancel) -> dict[str, Any]:
    """排队的立即取消；执行中的请它停下，稍后生效。"""
    services.cancel(job, by=_person(request), reason=payload.reason)
    return _detail(request, _job(request, job))


@router.post(
    "/{uuid:job}/retry",
    response={200: JobDetail, **PROBLEMS},
    summary="作业：重做",
    operation_id="jobs_retry",
    url_name="job-retry",
)
def retry(request: HttpRequest, job: UUID) -> dict[str, Any]:
    """失败或已取消的，按输入文件现在的样子再排一次。"""
    services.retry(job, by=_person(request))
    return _detail(request, _job(request, job))


def _person(request: HttpRequest) -> User:
    """Who is asking: no operation here is for visitors."""
    assert isinstance(request.user, User)
    return request.user


def _job(request: HttpRequest, job: UUID) -> Job:
    found: Job = queries.jobs_in_state(request.user, "").get(pk=job)
    return found


def _detail(request: HttpRequest, job: Job) -> dict[str, Any]:
    result = job.result
    return {
        **{name: getattr(job, name) for name in _KEPT},
        "region_id": job.region_id,
        "started_by.name": str(job.started_by),
        "facts": result.get("facts", []),
        "notes": result.get("notes", []),
        "files": [
            {
                "label": file["label"],
                "href": request.build_absolute_uri(reverse("jobs:file", args=[job.pk, file["path"]])),
            }
            for file in result.get("files", [])
        ],
        "lines": queries.last_lines(job),
        "may_cancel": queries.may_cancel(request.user, job),
        "may_retry": queries.may_retry(request.user, job),
    }


_OWN = {"region", "started_by", "facts", "notes", "files", "lines", "may_cancel", "may_retry"}
_KEPT = tuple(name for name in JobDetail.model_fields if name not in _OWN)
