"""A register, declared once: what it shows, filters, draws, takes in and hands out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db import models

from shuibao.platform.core.visibility import Reader, Visible, reader_of

Tone = Literal["ok", "note", "warn", "bad", "off"]
RAIL = ("home", "map", "monitoring", "supervision", "dams", "treatment", "goals", "data")


@dataclass(frozen=True)
class Column:
    """A column of the list. field: a model field, property or `a__b` path; its verbose name is the head.

    tones: the state words' tones, by value; the cell is then drawn as a state (icon and word).
    """

    field: str
    head: str = ""
    unit: str = ""
    digits: int | None = None
    is_link: bool = False
    is_sortable: bool = True
    is_minor: bool = False
    tones: Mapping[str, Tone] | None = None


@dataclass(frozen=True)
class Filter:
    """One chip of the filter line, kept in the address.

    kind: choice (several values), region (a code and all inside it), number or date (from, to), flag.
    """

    field: str
    kind: Literal["choice", "region", "number", "date", "flag"]
    head: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Group:
    """Facts that stand together on the object's page."""

    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Layer:
    """How the register is drawn. secrecy: who may fetch it at all (open: visitors too)."""

    field: str
    label: str
    theme: str
    fill: str = "#2f6f4f"
    tone_field: str = ""
    tones: Mapping[str, Tone] | None = None
    secrecy: Literal["open", "internal", "restricted"] = "internal"


@dataclass(frozen=True)
class Importing:
    """What a file may bring. key: the fields by which a row finds its object; required: must not be empty.

    Foreign keys are found by the column named in `lookups` (field → path, e.g. region → code).
    """

    key: tuple[str, ...]
    fields: tuple[str, ...]
    required: tuple[str, ...] = ()
    lookups: Mapping[str, str] | None = None
    geometry: str = ""


@dataclass(frozen=True)
class SavedQuery:
    """A view everybody has: a name and the filter line's query string."""

    name: str
    query: str


@dataclass(frozen=True)
class Action:
    """A button on the object's page. page: the name of an address that takes the object's key.

    applies: whether the act makes sense for the object now; verb: who may do it.
    """

    word: str
    page: str
    verb: str
    applies: Callable[[Any], bool] = lambda _row: True


@dataclass(frozen=True)
class Panel:
    """A part of the object's page that the register's own app draws: a template and its facts."""

    template: str
    facts: Callable[[Any, object], Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Register:
    """A table of the field that people search, map, import and export.

    name: stands in addresses and verbs (`dams` → dams.view, dams.edit, dams.import, dams.export).
    key: the field that stands in an object's address. search: fields the search box looks in.
    heads: words for properties, which have no name of their own.
    editable: fields of the form for new and changed records; without any, records come by import or service.
    """

    name: str
    model: type[models.Model]
    rail: str
    columns: tuple[Column, ...]
    search: tuple[str, ...]
    facts: tuple[Group, ...]
    exported: tuple[str, ...]
    filters: tuple[Filter, ...] = ()
    views: tuple[SavedQuery, ...] = ()
    layer: Layer | None = None
    importing: Importing | None = None
    key: str = "pk"
    order: tuple[str, ...] = ()
    counter: str = "条"
    empty: str = "还没有记录。"
    is_open: bool = False
    editable: tuple[str, ...] = ()
    heads: Mapping[str, str] | None = None
    actions: tuple[Action, ...] = ()
    panels: tuple[Panel, ...] = ()
    search_hint: str = "名称、编码"

    @property
    def title(self) -> str:
        """What the list is called."""
        return str(self.model._meta.verbose_name_plural)

    def verb(self, act: str) -> str:
        """The verb for an act in this register."""
        return f"{self.name}.{act}"

    def rows(self, user: object) -> Visible:
        """What a person may see of it: nothing without the view verb, unless visitors may read it too."""
        reader: Reader = reader_of(user)
        found: Visible = self.model._default_manager.visible_to(user)  # type: ignore[attr-defined]
        return found if self.is_open or reader.may(self.verb("view")) else found.none()

    def find(self, user: object, key: str) -> Any:
        """One object by what stands in its address. Raises DoesNotExist for one that may not be seen."""
        return self.rows(user).get(**{self.key: key})
