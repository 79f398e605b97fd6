"""The pages of jobs. They ask for news by polling: a page that listens would hold a thread of the server."""

from typing import Any
from uuid import UUID

from csp.constants import NONE, UNSAFE_INLINE
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from shuibao.platform.accounts.models import User
from shuibao.platform.core.errors import Conflict, MoveNotAllowed
from shuibao.platform.core.events import timeline
from shuibao.platform.jobs import files, queries, services
from shuibao.platform.jobs.models import Job
from shuibao.science.errors import InputError

PER_PAGE = 50

# Our reports bring their style with them and need nothing else; no script in them can run.
REPORT_POLICY: dict[str, Any] = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "font-src": ["data:"],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "sandbox": ["allow-popups"],
}


@login_required
@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """The list; only its table when the page asks for news."""
    state = request.GET.get("state", "")
    page = Paginator(queries.jobs_in_state(request.user, state), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(job, queries.TONES[job.state], queries.duration(job)) for job in page]
    context = {
        "rail": "data",
        "page_obj": page,
        "rows": rows,
        "state": state,
        "states": queries.count_by_state(request.user),
        "is_live": any(job.is_unfinished for job in page),
    }
    is_news = request.headers.get("HX-Request") == "true"
    return render(request, "jobs/_table.html" if is_news else "jobs/list.html", context)


@login_required
@require_GET
def detail(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """A job's page."""
    return _page(request, _job(request, job_id))


@login_required
@require_GET
def live(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The part of a job's page that moves; the whole page again when the job's state is another by now."""
    job = _job(request, job_id)
    response = render(request, "jobs/_live.html", _live_context(job))
    if request.GET.get("shown") != _shown(job):
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """取消, with a reason."""
    job = _job(request, job_id)
    reason = request.POST.get("reason", "")
    try:
        services.cancel(job.pk, by=_person(request), reason=reason)
    except (InputError, MoveNotAllowed) as problem:
        job.refresh_from_db()
        return _page(request, job, reason=reason, cancel_problem=str(problem), status=409)
    return redirect(job)


@login_required
@require_POST
def retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """重做."""
    job = _job(request, job_id)
    try:
        services.retry(job.pk, by=_person(request))
    except (InputError, Conflict, MoveNotAllowed) as problem:
        job.refresh_from_db()
        return _page(request, job, retry_problem=str(problem), status=409)
    return redirect(job)


@login_required
@require_GET
def file(request: HttpRequest, job_id: UUID, name: str) -> HttpResponseBase:
    """A file of the job's result; a report has a policy of its own."""
    found = files.result_file(_job(request, job_id), name)
    if found is None:
        raise Http404
    response = FileResponse(
        found.path.open("rb"),
        as_attachment=found.is_saved,
        filename=found.path.name,
        content_type=found.media_type,
    )
    if found.media_type == files.PAGE:
        response._csp_config = REPORT_POLICY  # type: ignore[attr-defined]
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


def _person(request: HttpRequest) -> User:
    """Who is signed in: login_required stands before every view here."""
    assert isinstance(request.user, User)
    return request.user


def _job(request: HttpRequest, job_id: UUID) -> Job:
    """The job, or 404 when there is none that this person may see."""
    found = Job.objects.visible_to(request.user).select_related("region", "started_by")
    return get_object_or_404(found, pk=job_id)


def _page(request: HttpRequest, job: Job, status: int = 200, **typed: str) -> HttpResponse:
    context = _live_context(job) | {
        "rail": "data",
        "tone": queries.TONES[job.state],
        "may_cancel": queries.may_cancel(request.user, job),
        "may_retry": queries.may_retry(request.user, job),
        "events": timeline(job),
        **typed,
    }
    return render(request, "jobs/detail.html", context, status=status)


def _live_context(job: Job) -> dict[str, object]:
    return {
        "job": job,
        "shown": _shown(job),
        "steps": queries.steps_of(job),
        "lines": queries.last_lines(job),
        "duration": queries.duration(job),
        "is_silent": queries.is_silent(job),
        "percent": round(job.progress * 100),
    }


def _shown(job: Job) -> str:
    """What the head of the page depends on: when it differs, the page is old."""
    asked = "-asked" if job.cancel_asked_at else ""
    return f"{job.state}{asked}-{job.attempts}"
