"""The steps of a task: 确定期限, 加里程碑, 备注."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from shuibao.platform.goals.forms import MilestoneForm, NoteForm, TermForm
from shuibao.platform.goals.models import Task
from shuibao.platform.goals.services import add_milestone, note_task, set_term
from shuibao.platform.goals.views.step import need, step


@login_required
def term(request: HttpRequest, code: str) -> HttpResponse:
    """确定期限：方案没有写明期限的任务，由办公室依据文件确定。"""
    task = _task(request, code, "goals.schedule")
    form = TermForm(request.POST or None, initial={"due_on": task.due_on})

    def act(typed: dict[str, Any]) -> str:
        set_term(task.pk, by=request.user, **typed)
        return _address(task)

    return step(request, form, "goals/term.html", {"task": task}, act)


@login_required
def milestone(request: HttpRequest, code: str) -> HttpResponse:
    """加里程碑：到某日应达到的进度。"""
    task = _task(request, code, "goals.schedule")

    def act(typed: dict[str, Any]) -> str:
        add_milestone(task.pk, by=request.user, **typed)
        return _address(task)

    return step(request, MilestoneForm(request.POST or None), "goals/milestone.html", {"task": task}, act)


@login_required
def note(request: HttpRequest, code: str) -> HttpResponse:
    """备注：写进任务的经过。"""
    task = _task(request, code, "goals.note")

    def act(typed: dict[str, Any]) -> str:
        note_task(task.pk, by=request.user, **typed)
        return _address(task)

    return step(request, NoteForm(request.POST or None), "goals/note.html", {"task": task}, act)


def _task(request: HttpRequest, code: str, verb: str) -> Task:
    task: Task = get_object_or_404(Task.objects.visible_to(request.user), code=code)
    need(request, verb, task)
    return task


def _address(task: Task) -> str:
    return reverse("registers:detail", args=["goals", task.code])
