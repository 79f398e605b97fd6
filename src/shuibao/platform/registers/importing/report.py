"""What a check found, as it is kept with the import and shown: counts, first rows, faults."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import shapely
from django.db import models

from shuibao.data.feature_files import Question, Rows
from shuibao.platform.core.geometry.field import size
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.importing.fields import LookupWidget
from shuibao.platform.registers.importing.mapping import importing_of, targets
from shuibao.platform.registers.importing.plan import Change, Plan
from shuibao.platform.registers.importing.resource import resource_of

FAULTS_KEPT = 5000
_NEW_SHOWN, _CHANGED_SHOWN, _SAMPLE = 10, 50, 5
_CELL = 60
_KINDS = {"Point": "点", "LineString": "线", "Polygon": "面"}


def of_questions(questions: tuple[Question, ...]) -> dict[str, Any]:
    """The questions that are still open."""
    return {
        "questions": [
            {
                "name": question.name,
                "text": question.text,
                "reason": question.reason,
                "choices": [list(choice) for choice in question.choices],
                "guess": question.guess,
                "is_free": question.is_free,
                "is_optional": question.is_optional,
            }
            for question in questions
        ]
    }


def of_file(rows: Rows) -> dict[str, Any]:
    """What is in a file: its columns, its first rows, how many there are."""
    return {
        "columns": list(rows.columns),
        "sample": [[_text(value) for value in row.values] for row in rows.rows[:_SAMPLE]],
        "rows": len(rows.rows),
        "shapes": sum(row.shape is not None for row in rows.rows),
        "crs": rows.crs,
        "notes": list(rows.notes),
    }


def of_plan(register: Register, plan: Plan) -> dict[str, Any]:
    """What an import would do."""
    words = _Words(register)
    return {
        "counts": {
            "rows": plan.rows,
            "new": len(plan.new),
            "changed": len(plan.changed),
            "same": plan.same,
            "wrong": plan.wrong_rows,
            "faults": len(plan.faults),
        },
        "heads": list(words.labels.values()),
        "new": [[change.row, words.line(change)] for change in plan.new[:_NEW_SHOWN]],
        "changed": [
            [change.row, str(change.instance), words.differences(change)]
            for change in plan.changed[:_CHANGED_SHOWN]
        ],
        "faults": [
            [fault.row, words.label(fault.field), fault.column, fault.value, fault.problem]
            for fault in plan.faults[:FAULTS_KEPT]
        ],
        "plan_notes": plan.notes,
        "fingerprint": plan.fingerprint(),
    }


class _Words:
    """Values of a register's fields as people read them."""

    def __init__(self, register: Register) -> None:
        self._fields = resource_of(register).fields
        names = {target.name: target.label for target in targets(register)}
        self.labels = {self._fields[name].attribute: label for name, label in names.items()}
        self._by_name = dict(names)
        shape = importing_of(register).geometry
        if shape:
            label = str(register.model._meta.get_field(shape).verbose_name)  # type: ignore[union-attr]
            self.labels[shape] = self._by_name[shape] = label
        self._model = register.model

    def label(self, name: str) -> str:
        """What a field is called."""
        return self._by_name.get(name, name or "整行")

    def line(self, change: Change) -> list[str]:
        """The values of a new object, in the order of the heads."""
        return [self._word(name, change.after[name]) for name in self.labels]

    def differences(self, change: Change) -> list[list[str]]:
        """Label, before, after of what changes."""
        return [
            [self.labels.get(name, name), self._word(name, before), self._word(name, after)]
            for name, (before, after) in change.differences.items()
        ]

    def _word(self, attribute: str, value: Any) -> str:
        field = next((f for f in self._model._meta.concrete_fields if f.attname == attribute), None)
        choices: Mapping[Any, Any] = dict(getattr(field, "flatchoices", None) or ())
        if isinstance(field, models.ForeignKey) and isinstance(self._fields[field.name].widget, LookupWidget):
            known = self._fields[field.name].widget.known
            return next((text for text, pk in known.items() if pk == value), _text(value))
        return str(choices[value]) if value in choices else _text(value)


def _text(value: Any) -> str:
    if value is None or value == "":
        return "缺"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, shapely.Geometry):
        return _shape_words(value)
    if isinstance(value, float):
        return f"{value:.10g}"
    return value.isoformat() if isinstance(value, date) else str(value)[:_CELL]


def _shape_words(shape: shapely.Geometry) -> str:
    kind = _KINDS.get(shape.geom_type.removeprefix("Multi"), shape.geom_type)
    measured = size(shape)
    if kind == "面":
        return f"面 {measured / 1e4:.2f} hm²"
    if kind == "线":
        return f"线 {measured:.0f} m"
    place = shape.centroid
    return f"点 {place.x:.6f}, {place.y:.6f}"
