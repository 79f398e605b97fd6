"""Pages of an import: upload, questions about the file, columns, preview, result."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shuibao.data.feature_files import limits
from shuibao.data.feature_files.kinds import READABLE
from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.importing import background, services
from shuibao.platform.registers.importing.fault_sheet import fault_sheet
from shuibao.platform.registers.importing.mapping import targets
from shuibao.platform.registers.importing.models import Import
from shuibao.platform.registers.importing.queries import (
    done_before,
    import_of,
    imports_of,
    register_of_import,
)
from shuibao.platform.registers.importing.rights import of_register
from shuibao.science.errors import DomainError

STEPS = ("上传文件", "说明文件", "对应列", "核对", "导入")
_SHOWN = 10
_FAULTS_SHOWN = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@of_register
def start(request: HttpRequest, register: Register) -> HttpResponse:
    """上传文件；下面列出以前的导入。"""
    problem = ""
    if request.method == "POST":
        try:
            imported = services.upload(register, request.FILES.getlist("file"), by=request.user)  # type: ignore[arg-type]
            return _to(imported)
        except DomainError as refused:
            problem = str(refused)
    facts = {
        "problem": problem,
        "imports": imports_of(request.user, register)[:_SHOWN],
        "targets": targets(register),
        "readable": READABLE,
        "most_mb": limits.BYTES_AT_MOST >> 20,
        "most_rows": limits.ROWS_AT_MOST,
    }
    return _page(request, register, "start", 0, facts, status=409 if problem else 200)


@require_GET
@of_register
def walk(request: HttpRequest, register: Register, import_id: UUID) -> HttpResponse:
    """导入现在到了哪一步，就显示哪一步。"""
    imported = import_of(request.user, register, import_id)
    return _shown(request, register, imported, "")


@require_POST
@of_register
def answer(request: HttpRequest, register: Register, import_id: UUID) -> HttpResponse:
    """回答关于文件的问题，或重新回答。"""
    if "again" in request.POST:
        imported = services.ask_again(import_id, by=request.user)  # type: ignore[arg-type]
    else:
        said = {name: str(text) for name, text in request.POST.items()}
        if said.get("crs_free", "").strip():
            said["crs"] = said["crs_free"]
        imported = services.answer(import_id, said, by=request.user)  # type: ignore[arg-type]
    return _to(imported)


@require_POST
@of_register
def columns(request: HttpRequest, register: Register, import_id: UUID) -> HttpResponse:
    """选好各字段对应的列，然后核对。"""
    mapping = {target.name: request.POST.get(f"column_{target.name}", "") for target in targets(register)}
    choices = {
        "repair": "yes" if request.POST.get("repair") == "yes" else "no",
        "blanks": "clear" if request.POST.get("blanks") == "clear" else "keep",
    }
    try:
        services.map_columns(import_id, mapping, choices, by=request.user)  # type: ignore[arg-type]
        imported = background.begin(import_id, "check", by=request.user)  # type: ignore[arg-type]
    except NotAllowed:
        raise
    except DomainError as refused:
        imported = import_of(request.user, register, import_id)
        imported.mapping, imported.choices = mapping, choices
        return _shown(request, register, imported, str(refused))
    return _to(imported)


@require_POST
@of_register
def write(request: HttpRequest, register: Register, import_id: UUID) -> HttpResponse:
    """把核对过的行写进台账：全部，或一条也不写。"""
    try:
        imported = background.begin(import_id, "write", by=request.user)  # type: ignore[arg-type]
    except NotAllowed:
        raise
    except DomainError as refused:
        return _shown(request, register, import_of(request.user, register, import_id), str(refused))
    return _to(imported)


@require_POST
@of_register
def give_up(request: HttpRequest, register: Register, import_id: UUID) -> HttpResponse:
    """放弃这次导入，什么也不写。"""
    services.give_up(import_id, by=request.user)  # type: ignore[arg-type]
    return redirect("registers:import", register.name)


@require_GET
@of_register
def faults(request: HttpRequest, register: Register, import_id: UUID) -> HttpResponse:
    """带“错误”一列的原表（xlsx）。"""
    imported = import_of(request.user, register, import_id)
    content = fault_sheet(services.rows_of(imported), imported.report.get("faults", []))
    response = HttpResponse(content, content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="import-{str(import_id)[:8]}-errors.xlsx"'
    return response


def _shown(request: HttpRequest, register: Register, imported: Import, problem: str) -> HttpResponse:
    """The page of the step the import has reached; `?step=columns` goes back to the columns."""
    state, back = imported.state, request.GET.get("step") == "columns"
    facts: dict[str, Any] = {
        "imported": imported,
        "report": imported.report,
        "problem": problem or imported.problem,
        "before": done_before(request.user, imported),
        "job": background.job_of(imported),
    }
    status = 409 if problem else 200
    if state in (Import.State.DONE, Import.State.REFUSED):
        reached = 4 if state == Import.State.DONE else 2 if "columns" in imported.report else 0
        return _page(request, register, "ended", reached, facts, status=status)
    if state == Import.State.CHECKED and not back and "counts" in imported.report:
        facts["faults"] = imported.report["faults"][:_FAULTS_SHOWN]
        facts["to_write"] = imported.counts["new"] + imported.counts["changed"]
        return _page(request, register, "preview", 3, facts, status=status)
    if "columns" in imported.report:
        return _page(
            request, register, "columns", 2, facts | _columns_facts(register, imported), status=status
        )
    return _page(request, register, "questions", 1, facts, status=status)


def _columns_facts(register: Register, imported: Import) -> dict[str, Any]:
    samples = {
        column: [line[place] for line in imported.report["sample"]]
        for place, column in enumerate(imported.report["columns"])
    }
    lines = [
        (
            target,
            imported.mapping.get(target.name, ""),
            samples.get(imported.mapping.get(target.name, ""), []),
        )
        for target in targets(register)
    ]
    return {"lines": lines, "has_geometry": bool(register.importing and register.importing.geometry)}


def _page(
    request: HttpRequest,
    register: Register,
    name: str,
    place: int,
    facts: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    steps = [
        (step, "done" if number < place else "now" if number == place else "next")
        for number, step in enumerate(STEPS)
    ]
    context = {"register": register, "rail": register.rail, "steps": steps, **facts}
    return render(request, f"importing/{name}.html", context, status=status)


def _to(imported: Import) -> HttpResponse:
    register = register_of_import(imported)
    return redirect(reverse("registers:import_walk", args=(register.name, imported.pk)))
