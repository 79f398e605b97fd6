"""The check of an import: every row through the register's Resource, in memory; the database is only read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import shapely
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from import_export.results import RowResult

from shuibao.data.feature_files import Row, Rows
from shuibao.platform.core.geometry.field import GeometryField
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.importing.conversion import text_of
from shuibao.platform.registers.importing.fields import KEEP
from shuibao.platform.registers.importing.loading import KeyLoader
from shuibao.platform.registers.importing.mapping import importing_of, targets
from shuibao.platform.registers.importing.plan import Change, Fault, Plan
from shuibao.platform.registers.importing.position import position_notes
from shuibao.platform.registers.importing.resource import SHAPE, RegisterResource, resource_of
from shuibao.platform.registers.importing.shapes import ShapeProblem, fitted, kind_words, mended_words
from shuibao.platform.registers.importing.uniqueness import broken_rules, doubles

Progress = Callable[[str, float], None]
REPAIR, BLANKS = "repair", "blanks"
STEP = "核对"
_TELL_EVERY = 500
_MENDED_SHOWN = 20
_VALUE_SHOWN = 60


def check_rows(
    register: Register,
    user: object,
    rows: Rows,
    mapping: Mapping[str, str],
    choices: Mapping[str, str],
    progress: Progress,
) -> Plan:
    """What importing the rows would do, for this person. mapping: field → column of the file."""
    plan = Plan(rows=len(rows.rows), notes=list(rows.notes))
    cells = _cells(rows, mapping)
    _add_shapes(register, rows.rows, cells, choices, plan)
    resource = resource_of(register)(user)
    loader = KeyLoader(resource, cells)
    facts = {"required": importing_of(register).required, "blanks": choices.get(BLANKS, KEEP)}
    for place, (row, cell) in enumerate(zip(rows.rows, cells, strict=True)):
        if place % _TELL_EVERY == 0:
            progress(STEP, place / max(1, len(cells)))
        _check_row(resource, loader, row, cell, facts, mapping, plan)
    _check_doubles(register, mapping, plan)
    plan.faults.sort(key=lambda fault: fault.row)
    plan.notes += position_notes(register, plan)
    progress(STEP, 1.0)
    return plan


def _cells(rows: Rows, mapping: Mapping[str, str]) -> list[dict[str, Any]]:
    places = {name: rows.columns.index(column) for name, column in mapping.items() if column in rows.columns}
    return [{name: row.values[place] for name, place in places.items()} for row in rows.rows]


def _add_shapes(
    register: Register,
    rows: Sequence[Row],
    cells: list[dict[str, Any]],
    choices: Mapping[str, str],
    plan: Plan,
) -> None:
    """Puts each row's shape among its cells, as the register takes it; those it cannot take are faults."""
    name = importing_of(register).geometry
    if not name:
        return
    kinds = cast(GeometryField, register.model._meta.get_field(name)).kinds
    is_repaired = choices.get(REPAIR) == "yes"
    mended = 0
    for row, cell in zip(rows, cells, strict=True):
        if row.shape is None:
            continue
        try:
            cell[SHAPE] = fitted(row.shape, kinds, is_repaired)
        except ShapeProblem as problem:
            plan.faults.append(Fault(row.number, name, "图形", kind_words(row.shape), str(problem)))
            continue
        if not shapely.is_valid(row.shape):
            mended += 1
            if mended <= _MENDED_SHOWN:
                plan.notes.append(f"第 {row.number} 行：{mended_words(row.shape, cell[SHAPE])}")
    if mended > _MENDED_SHOWN:
        plan.notes.append(f"共修复 {mended} 个图形。")


def _check_row(
    resource: RegisterResource,
    loader: KeyLoader,
    row: Row,
    cell: dict[str, Any],
    facts: dict[str, Any],
    mapping: Mapping[str, str],
    plan: Plan,
) -> None:
    key = loader.key_of(cell)
    key_field = resource.get_import_id_fields()[0]
    problem = ""
    if key is not None and key in loader.hidden:
        problem = "这条记录属于你看不到的地区，不能导入。请只保留本地区的行。"
    elif key is not None and key in resource.first_row_of:
        problem = f"与第 {resource.first_row_of[key]} 行重复。请合并成一行。"
    if problem:
        plan.faults.append(_fault(row.number, key_field, cell, mapping, problem))
        return
    if key is not None:
        resource.first_row_of[key] = row.number
    result = resource.import_row(cell, loader, row_number=row.number, **facts)
    if result.errors:  # not of the data: of the program
        raise result.errors[0].error
    if result.import_type == RowResult.IMPORT_TYPE_INVALID:
        plan.faults += _faults(row.number, cell, mapping, result.validation_error, resource)
    elif resource.is_same:
        plan.same += 1
    else:
        after = {name: getattr(result.instance, name) for name in resource.attributes()}
        change = Change(row.number, result.instance, resource.before, after)
        (plan.changed if resource.before else plan.new).append(change)


def _faults(
    number: int,
    cell: Mapping[str, Any],
    mapping: Mapping[str, str],
    error: ValidationError,
    resource: RegisterResource,
) -> list[Fault]:
    found = []
    for name, problems in error.message_dict.items():
        for problem in problems:
            found.append(_fault(number, "" if name == NON_FIELD_ERRORS else name, cell, mapping, problem))
    return found


def _fault(
    number: int, name: str, cell: Mapping[str, Any], mapping: Mapping[str, str], problem: str
) -> Fault:
    return Fault(number, name, mapping.get(name, ""), _shown(cell.get(name)), problem)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    try:
        return text_of(value)[:_VALUE_SHOWN]
    except ValueError:
        return str(value)[:_VALUE_SHOWN]


def _check_doubles(register: Register, mapping: Mapping[str, str], plan: Plan) -> None:
    """Moves the rows whose values must be unique and are not from the changes to the faults."""
    labels = {target.name: target.label for target in targets(register)}
    changes = [*plan.new, *plan.changed]
    faults = doubles(register.model, changes, mapping, labels) + broken_rules(register.model, changes)
    wrong = {fault.row for fault in faults} | {fault.row for fault in plan.faults}
    plan.faults += faults
    plan.new = [change for change in plan.new if change.row not in wrong]
    plan.changed = [change for change in plan.changed if change.row not in wrong]
