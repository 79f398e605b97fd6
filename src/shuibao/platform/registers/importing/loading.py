"""What a file's rows are about: objects by their key, and the objects their cells name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from import_export.instance_loaders import BaseInstanceLoader

from shuibao.platform.registers.importing import conversion
from shuibao.platform.registers.importing.fields import LookupWidget

if TYPE_CHECKING:
    from shuibao.platform.registers.importing.resource import RegisterResource

T = TypeVar("T")
CHUNK = 500  # values in one query: SQLite takes at most 999
Key = tuple[Any, ...]


class KeyLoader(BaseInstanceLoader):
    """Objects by the fields of the register's key.

    hidden: keys of objects that are there and that the person may not see.
    """

    def __init__(self, resource: "RegisterResource", rows: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(resource, rows)
        _learn_lookups(resource, rows)
        self._fields = [resource.fields[name] for name in resource.get_import_id_fields()]
        keys = [key for row in rows if (key := self.key_of(row)) is not None]
        attributes = [field.attribute for field in self._fields]
        firsts = list(dict.fromkeys(key[0] for key in keys))
        self._found: dict[Key, Any] = {}
        everything: set[Key] = set()
        for chunk in chunks(firsts, CHUNK):
            near = {f"{attributes[0]}__in": chunk}
            for instance in resource.get_queryset().filter(**near):
                self._found[tuple(getattr(instance, name) for name in attributes)] = instance
            manager = resource._meta.model._base_manager
            everything.update(manager.filter(**near).values_list(*attributes))
        self.hidden = everything - set(self._found)

    def key_of(self, row: Mapping[str, Any]) -> Key | None:
        """The key of a row; None when a part of it is empty or cannot be read."""
        parts = []
        for field in self._fields:
            cell = row.get(field.column_name)
            if conversion.is_blank(cell):
                return None
            try:
                parts.append(field.widget.clean(cell))
            except ValueError:
                return None
        return tuple(parts)

    def get_instance(self, row: Mapping[str, Any]) -> Any:
        """The object, or None."""
        key = self.key_of(row)
        return None if key is None else self._found.get(key)


def chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def _learn_lookups(resource: "RegisterResource", rows: Sequence[Mapping[str, Any]]) -> None:
    """Tells the lookups which objects there are among those that the cells name."""
    for field in resource.fields.values():
        if isinstance(field.widget, LookupWidget):
            cells = {row.get(field.column_name) for row in rows}
            texts = sorted({_text(cell) for cell in cells if not conversion.is_blank(cell)} - {""})
            field.widget.known = _found(resource, field.widget, texts) | _brought(
                resource, field.widget, rows
            )


def _found(resource: "RegisterResource", widget: LookupWidget, texts: list[str]) -> dict[str, Any]:
    model: Any = widget.field.related_model
    queryset = model._default_manager.all()
    if hasattr(queryset, "visible_to"):
        queryset = queryset.visible_to(resource.user)
    known: dict[str, Any] = {}
    for chunk in chunks(texts, CHUNK):
        for text, key in queryset.filter(**{f"{widget.path}__in": chunk}).values_list(widget.path, "pk"):
            known[str(text)] = key
    return known


def _brought(
    resource: "RegisterResource", widget: LookupWidget, rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Objects that the file itself brings: a parent may stand in the same file when its key is the cell."""
    model = resource._meta.model
    if widget.field.related_model is not model or widget.path != model._meta.pk.name:
        return {}
    texts = {_text(row.get(widget.path)) for row in rows} - {""}
    return {text: text for text in texts}


def _text(cell: Any) -> str:
    try:
        return conversion.plain(conversion.text_of(cell))
    except ValueError:
        return ""
