"""New, changed and ended records; kept views."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.core.visibility import reader_of, require
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.forms import EndForm, form_of
from shuibao.platform.registers.services import (
    change,
    create,
    drop_view,
    end,
    ending_of,
    keep_view,
    version_of,
)
from shuibao.platform.registers.table import address_of
from shuibao.platform.registers.views.asked import same
from shuibao.platform.registers.views.found import of_register, row_at
from shuibao.science.errors import DomainError, InputError


@login_required
@of_register
def new(request: HttpRequest, register: Register) -> HttpResponse:
    """登记一条记录。"""
    _check_editable(register)
    if not reader_of(request.user).may(register.verb("edit")):
        raise NotAllowed(register.verb("edit"), register.title)
    form = form_of(register, request.user)(request.POST or None)
    if form.is_valid():
        try:
            made = create(register, form.save(commit=False), by=request.user)
        except DomainError as problem:
            form.add_error(None, str(problem))
        else:
            return redirect(address_of(register, made))
    return _form_page(request, register, form, None)


@login_required
@of_register
def edit(request: HttpRequest, register: Register, key: str) -> HttpResponse:
    """修改一条记录。"""
    _check_editable(register)
    row = row_at(register, request.user, key)
    require(request.user, register.verb("edit"), row)
    seen = request.POST.get("seen") or version_of(row)
    form = form_of(register, request.user, row)(request.POST or None, instance=row)
    if form.is_valid():
        try:
            change(register, form.instance, form.changed_data, by=request.user, seen=seen)
        except DomainError as problem:
            form.add_error(None, str(problem))
        else:
            return redirect(address_of(register, row))
    return _form_page(request, register, form, row_at(register, request.user, key), seen)


@login_required
@of_register
def end_record(request: HttpRequest, register: Register, key: str) -> HttpResponse:
    """终止一条记录，写明原因。"""
    _check_editable(register)
    row = row_at(register, request.user, key)
    require(request.user, register.verb("edit"), row)
    if ending_of(register) is None:
        raise Http404
    form = EndForm(request.POST or None)
    if form.is_valid():
        end(register, key, by=request.user, reason=form.cleaned_data["reason"])
        return redirect(address_of(register, row))
    facts = {
        "rail": register.rail,
        "register": register,
        "form": form,
        "object": row,
        "address": address_of(register, row),
    }
    return render(request, "registers/end.html", facts, status=400 if form.errors else 200)


@login_required
@require_POST
@of_register
def keep(request: HttpRequest, register: Register) -> HttpResponse:
    """存为视图。"""
    query = same(request.POST.get("query", ""))
    try:
        keep_view(register, request.POST.get("view", ""), query, by=request.user)
    except InputError as problem:
        messages.error(request, str(problem))
    return redirect(f"{reverse('registers:list', args=[register.name])}?{query}")


@login_required
@require_POST
@of_register
def drop(request: HttpRequest, register: Register, view: int) -> HttpResponse:
    """不再保留一个视图。"""
    drop_view(view, by=request.user)
    return redirect("registers:list", name=register.name)


def _check_editable(register: Register) -> None:
    if not register.editable:
        raise Http404


def _form_page(request: HttpRequest, register: Register, form: Any, row: Any, seen: str = "") -> HttpResponse:
    facts = {
        "rail": register.rail,
        "register": register,
        "form": form,
        "object": row,
        "seen": seen,
        "address": address_of(register, row) if row else reverse("registers:list", args=[register.name]),
    }
    return render(request, "registers/form.html", facts, status=400 if form.errors else 200)
