"""Fields of an import: from a cell to a checked value of the model's field."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from import_export.fields import Field
from import_export.widgets import Widget

from shuibao.platform.registers.importing import conversion

KEEP, CLEAR = "keep", "clear"
_CONVERSIONS: tuple[tuple[type[models.Field], Callable[[Any], Any]], ...] = (
    (models.BooleanField, conversion.truth_of),
    (models.DateTimeField, conversion.moment_of),
    (models.DateField, conversion.day_of),
    (models.IntegerField, conversion.whole_number_of),
    (models.FloatField, lambda value: float(conversion.number_of(value))),
    (models.DecimalField, conversion.number_of),
    (models.CharField, conversion.text_of),
    (models.TextField, conversion.text_of),
)


class CellWidget(Widget):
    """Reads a cell as a value of a model's field, and checks it as the model would."""

    def __init__(self, field: models.Field) -> None:
        super().__init__()
        self.field = field
        choices = getattr(field, "flatchoices", None) or ()
        self.labels = [str(label) for _, label in choices]
        self.choices: dict[str, Any] = {}
        for value, label in choices:
            self.choices[conversion.plain(str(label)).lower()] = value
            self.choices[conversion.plain(str(value)).lower()] = value
        self.convert = _conversion(field)

    def clean(self, value: Any, row: Any = None, **_facts: Any) -> Any:
        """The value. Raises ValueError that says what is wrong with it."""
        if conversion.is_blank(value):
            return self.checked(None if self.field.null else "")
        if self.choices:
            return self.checked(conversion.choice_of(value, self.choices, self.labels))
        return self.checked(self.convert(value))

    def checked(self, value: Any) -> Any:
        """The value as the model's field accepts it."""
        try:
            return self.field.clean(value, None)
        except ValidationError as problem:
            raise ValueError("".join(problem.messages)) from None


def _conversion(field: models.Field) -> Callable[[Any], Any]:
    for kind, convert in _CONVERSIONS:
        if isinstance(field, kind):
            return convert
    raise TypeError(f"a file cannot fill the field {field}")


class LookupWidget(Widget):
    """Finds the object that a cell names, among those the person may see; gives its primary key."""

    def __init__(self, field: models.ForeignKey, path: str) -> None:
        super().__init__()
        self.field, self.path = field, path
        self.known: dict[str, Any] = {}

    def clean(self, value: Any, row: Any = None, **_facts: Any) -> Any:
        """The primary key. Raises ValueError when there is no such object."""
        if conversion.is_blank(value):
            if not self.field.null:
                raise ValueError("不能为空。")
            return None
        text = conversion.plain(conversion.text_of(value))
        if text not in self.known:
            what = self.field.related_model._meta.verbose_name
            raise ValueError(f"找不到这个{what}。请先登记它，或改正写法。")
        return self.known[text]


class CellField(Field):
    """A field of an import that leaves alone what the file does not say."""

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **facts: Any) -> None:
        """Sets the value. An empty cell keeps what is there, unless the person chose to clear it."""
        if conversion.is_blank(row[self.column_name]):
            if self.column_name in facts["required"]:
                raise ValueError("不能为空。")
            if facts["blanks"] == KEEP or instance._state.adding:
                if instance._state.adding:
                    self._require_default(instance)
                return
        setattr(instance, self.attribute, self.widget.clean(row[self.column_name], row=row))

    def _require_default(self, instance: Any) -> None:
        field = self.widget.field
        if not (field.null or field.blank or field.has_default()):
            raise ValueError("不能为空。")
