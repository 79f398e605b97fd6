"""New, changed and ended records; kept views."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.forms import EndForm, form_of
from shuibao.platform.registers.services import change, create, drop_view, end, ending_of, keep_view
from shuibao.platform.registers.table import address_of
from shuibao.platform.registers.views.found import open_register
from shuibao.science.errors import DomainError


@login_required
def new(request: HttpRequest, name: str) -> HttpResponse:
    """登记一条记录。"""
    register = _editable(request, name)
    form = form_of(register, request.user)(request.POST or None)
    if form.is_valid():
        try:
            made = create(register, form.save(commit=False), by=request.user)
        except DomainError as problem:
            form.add_error(None, str(problem))
        else:
            return redirect(address_of(register, made))
    facts = {"rail": register.rail, "register": register, "form": form, "address": ""}
    return render(request, "registers/form.html", facts, status=400 if form.errors else 200)


@login_required
def edit(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """修改一条记录。"""
    register = _editable(request, name)
    row = _find(register, request, key)
    form = form_of(register, request.user)(request.POST or None, instance=row)
    if form.is_valid():
        try:
            change(register, form.instance, form.changed_data, by=request.user)
        except DomainError as problem:
            form.add_error(None, str(problem))
        else:
            return redirect(address_of(register, row))
    facts = {
        "rail": register.rail,
        "register": register,
        "form": form,
        "object": row,
        "address": address_of(register, row),
    }
    return render(request, "registers/form.html", facts, status=400 if form.errors else 200)


@login_required
def end_record(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """终止一条记录，写明原因。"""
    register = _editable(request, name)
    row = _find(register, request, key)
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
def keep(request: HttpRequest, name: str) -> HttpResponse:
    """存为视图。"""
    register = open_register(request, name)
    query = request.POST.get("query", "")
    keep_view(register, request.POST.get("view", ""), query, by=request.user)
    return redirect(f"/registers/{name}/?{query}")


@login_required
@require_POST
def drop(request: HttpRequest, name: str, view: int) -> HttpResponse:
    """不再保留一个视图。"""
    open_register(request, name)
    drop_view(view, by=request.user)
    return redirect("registers:list", name=name)


def _editable(request: HttpRequest, name: str) -> Register:
    register = open_register(request, name)
    if not register.editable:
        raise Http404
    if not reader_of(request.user).may(register.verb("edit")):
        raise NotAllowed(register.verb("edit"), register.title)
    return register


def _find(register: Register, request: HttpRequest, key: str) -> Any:
    try:
        return register.find(request.user, key)
    except (ValueError, register.model.DoesNotExist) as problem:
        raise Http404 from problem
