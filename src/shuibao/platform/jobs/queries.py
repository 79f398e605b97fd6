"""Jobs as people look at them: the list, the steps of one, the log."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from shuibao.platform.core.visibility import Visible, reader_of
from shuibao.platform.jobs.models import Job, JobLine
from shuibao.platform.registers.declaration import Tone

LINES_SHOWN = 200

TONES: dict[str, Tone] = {
    Job.State.QUEUED: "off",
    Job.State.RUNNING: "note",
    Job.State.DONE: "ok",
    Job.State.FAILED: "bad",
    Job.State.CANCELLED: "off",
    Job.State.LOST: "warn",
}


class Step(NamedTuple):
    """A step as shown: its name, tone and word, and how long it took (so far)."""

    name: str
    tone: Tone
    word: str
    took: timedelta | None


def jobs_in_state(user: object, state: str) -> Visible:
    """The jobs a person may see, newest first; of one state when one is named."""
    found = Job.objects.visible_to(user).select_related("region", "started_by")
    return found.filter(state=state) if state in Job.State.values else found


def count_by_state(user: object) -> list[tuple[str, str, int]]:
    """Value, word and number of jobs of every state, in the order of a job's life."""
    rows = Job.objects.visible_to(user).order_by().values_list("state").annotate(Count("pk"))
    counts = dict(rows)
    return [(state.value, str(state.label), counts.get(state.value, 0)) for state in Job.State]


def duration(job: Job) -> timedelta | None:
    """How long the present or last execution took (so far); None for a job that has not begun."""
    if job.started_at is None or job.state == Job.State.QUEUED:
        return None
    return (job.finished_at or timezone.now()) - job.started_at


def steps_of(job: Job) -> list[Step]:
    """The steps in the order they began; the last one is as the job is."""
    begins = [datetime.fromisoformat(step["began"]) for step in job.steps]
    end = job.finished_at or (timezone.now() if job.is_unfinished else None)
    shown = []
    for place, (step, began) in enumerate(zip(job.steps, begins, strict=True)):
        is_last = place == len(begins) - 1
        next_one = end if is_last else begins[place + 1]
        tone, word = (TONES[job.state], job.get_state_display()) if is_last else ("ok", "完成")
        shown.append(Step(step["name"], tone, word, next_one - began if next_one else None))
    return shown


def last_lines(job: Job) -> list[JobLine]:
    """The end of the log, oldest line first."""
    return list(job.lines.order_by("-number")[:LINES_SHOWN])[::-1]


def is_silent(job: Job) -> bool:
    """Whether a running job has given no sign of life for so long that its process is most likely gone."""
    if job.state != Job.State.RUNNING or job.heartbeat_at is None:
        return False
    return timezone.now() - job.heartbeat_at > timedelta(seconds=settings.JOB_SILENT_S)


def may_cancel(user: object, job: Job) -> bool:
    """Whether this person may end the job now."""
    reader = reader_of(user)
    is_open = job.is_unfinished and job.cancel_asked_at is None
    return is_open and (job.started_by_id == reader.user_id or reader.may("jobs.cancel", job.region_id))


def may_retry(user: object, job: Job) -> bool:
    """Whether this person may start the job again now."""
    is_ended = job.state in (Job.State.FAILED, Job.State.CANCELLED)
    return is_ended and reader_of(user).may("jobs.start", job.region_id)
