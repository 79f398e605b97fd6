"""What a person does with an import: upload, answer, map the columns, import, give up."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from shuibao.data.feature_files import Answers, Rows, Unanswered, read_features
from shuibao.platform.accounts.models import User
from shuibao.platform.core.errors import Conflict, NotAllowed
from shuibao.platform.core.events import record
from shuibao.platform.core.transitions import move
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.importing import report
from shuibao.platform.registers.importing.checking import Progress, check_rows
from shuibao.platform.registers.importing.mapping import guess, missing
from shuibao.platform.registers.importing.models import Import
from shuibao.platform.registers.importing.plan import Plan
from shuibao.platform.registers.importing.queries import register_of_import
from shuibao.platform.registers.importing.uploads import keep, path_of
from shuibao.platform.registers.importing.writing import MOVED_ON, write
from shuibao.science.errors import DomainError, InputError

State = Import.State


def quietly(_step: str, _share: float) -> None:
    """Tells nobody how far it is."""


def upload(register: Register, files: Sequence[UploadedFile], *, by: User) -> Import:
    """The import of a file, which is kept and looked at. Nothing is written to the register."""
    if not reader_of(by).may(register.verb("import")):
        raise NotAllowed(register.verb("import"), register.title)
    kept = keep(files)
    imported = Import.objects.create(register=register.name, by=by, region_id=by.region_id, **kept._asdict())
    return look(imported)


def answer(import_id: UUID, said: Mapping[str, str], *, by: User) -> Import:
    """The import with what the person said about its file; what is not known is asked again."""
    imported = own(import_id, by)
    _require_open(imported)
    known = asdict(Answers.of(imported.answers | dict(said)))
    imported.answers = {name: text for name, text in known.items() if text}
    return look(imported)


def ask_again(import_id: UUID, *, by: User) -> Import:
    """The import with all its answers taken back."""
    imported = own(import_id, by)
    _require_open(imported)
    imported.answers = {}
    return look(imported)


def map_columns(
    import_id: UUID, mapping: Mapping[str, str], choices: Mapping[str, str], *, by: User
) -> Import:
    """The import with its columns mapped, ready to be checked. Raises InputError for a field left out."""
    imported = own(import_id, by)
    _require_open(imported)
    register = register_of_import(imported)
    if "columns" not in imported.report:
        raise InputError(f"{imported.name} 还有问题没有回答。")
    columns = set(imported.report["columns"])
    chosen = {name: column for name, column in mapping.items() if column in columns}
    open_ones = missing(register, chosen)
    if open_ones:
        raise InputError(f"还没有选对应的列：{'、'.join(target.label for target in open_ones)}。")
    imported.mapping, imported.choices, imported.problem = chosen, dict(choices), ""
    if imported.state == State.CHECKED:
        move(imported, to=State.ASKED)
    imported.save()
    return imported


def check(import_id: UUID, progress: Progress = quietly) -> Import:
    """The import with what the check found. Only the import itself is written."""
    imported: Import = Import.objects.select_related("by").get(pk=import_id)
    _require_open(imported)
    plan = _plan(imported, progress)
    return _keep_plan(imported, plan)


def write_import(import_id: UUID, progress: Progress = quietly) -> Import:
    """The import, written: all of it or nothing.

    It is checked once more, outside the transaction; what it would do must still be what the person saw.
    Raises Conflict when it is not, with the new findings kept for the person to look at.
    """
    imported: Import = Import.objects.select_related("by").get(pk=import_id)
    if imported.state == State.DONE:
        return imported
    plan = _plan(imported, progress)
    if plan.faults or plan.fingerprint() != imported.report.get("fingerprint"):
        _keep_plan(imported, plan)
        raise Conflict(MOVED_ON)
    if not plan.new and not plan.changed:
        raise Conflict("没有要导入的：文件里的内容都已经在台账里。")
    progress("写入", 0.0)
    try:
        _write(imported, plan)
    except IntegrityError as problem:
        _keep_plan(imported, _plan(imported, quietly))
        raise Conflict(
            "数据库拒绝了其中的记录，一条也没有写入。请看下面的核对结果，改正后重新导入。"
        ) from problem
    progress("写入", 1.0)
    return imported


@transaction.atomic
def give_up(import_id: UUID, *, by: User) -> Import:
    """The import, ended without anything written."""
    imported = own(import_id, by)
    move(imported, to=State.REFUSED)
    return imported


def own(import_id: UUID, by: User) -> Import:
    """One's own import. Raises NotAllowed for one that the person may only look at."""
    imported: Import = Import.objects.visible_to(by).select_related("by").get(pk=import_id)
    register = register_of_import(imported)
    if imported.by_id != by.pk or not reader_of(by).may(register.verb("import")):
        raise NotAllowed(register.verb("import"), imported)
    return imported


def rows_of(imported: Import) -> Rows:
    """The rows of the file as the person's answers read it. Raises Unanswered or InputError."""
    return read_features(path_of(imported.sha256, imported.name), imported.name, Answers.of(imported.answers))


def look(imported: Import) -> Import:
    """The import with its open questions, or with what is in its file and a guess at the columns."""
    try:
        rows = rows_of(imported)
    except Unanswered as asked:
        imported.report, imported.problem = report.of_questions(asked.questions), ""
    except DomainError as problem:
        imported.report, imported.problem = {}, str(problem)
        if not imported.answers:
            imported.save()
            move(imported, to=State.REFUSED)
            return imported
    else:
        imported.report, imported.problem = report.of_file(rows), ""
        imported.mapping = guess(register_of_import(imported), rows.columns)
    imported.save()
    if imported.state != State.ASKED:
        move(imported, to=State.ASKED)
    return imported


def _plan(imported: Import, progress: Progress) -> Plan:
    progress("读取文件", 0.0)
    register = register_of_import(imported)
    rows = rows_of(imported)
    return check_rows(register, imported.by, rows, imported.mapping, imported.choices, progress)


@transaction.atomic
def _keep_plan(imported: Import, plan: Plan) -> Import:
    kept = {name: imported.report[name] for name in ("columns", "sample", "rows", "shapes", "crs", "notes")}
    imported.report = kept | report.of_plan(register_of_import(imported), plan)
    imported.checks += 1
    imported.save(update_fields=["report", "checks"])
    move(imported, to=State.CHECKED)
    return imported


@transaction.atomic
def _write(imported: Import, plan: Plan) -> None:
    locked = Import.objects.select_for_update().get(pk=imported.pk)
    move(locked, to=State.DONE)
    register = register_of_import(imported)
    write(plan, register.model, by=imported.by, reason=reason_of(imported))
    locked.done_at = timezone.now()
    locked.save(update_fields=["done_at"])
    counts = imported.counts
    record(
        locked,
        register.verb("import"),
        f"导入{register.title}：新增 {counts['new']}，变更 {counts['changed']}（{imported.name}）",
        by=imported.by,
        **_facts(imported),
    )
    imported.state, imported.done_at = locked.state, locked.done_at


def reason_of(imported: Import) -> str:
    """What stands beside every object's history row, and leads from there to the import."""
    return f"导入 {imported.name[:60]}（{str(imported.pk)[:8]}）"


def _facts(imported: Import) -> dict[str, Any]:
    return {
        "file": imported.name,
        "sha256": imported.sha256,
        "counts": imported.counts,
        "answers": imported.answers,
        "mapping": imported.mapping,
        "choices": imported.choices,
        "fingerprint": imported.report["fingerprint"],
    }


def _require_open(imported: Import) -> None:
    if imported.state in (State.DONE, State.REFUSED):
        raise Conflict(f"“{imported}”{imported.get_state_display()}，不能再改。请重新上传文件。")
