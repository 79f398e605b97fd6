"""The tables of a backup: every row of ours, in a form that no database owns."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from itertools import islice
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, models
from django.db.migrations.recorder import MigrationRecorder

from shuibao.science.errors import InputError

# Rebuilt by use, or of one installation only: sessions, and the queue (a job knows itself that it is queued).
LEFT_OUT = frozenset({"sessions.session", "django_tasks_db.dbtaskresult", "admin.logentry"})
_BATCH = 500


class _Exact(DjangoJSONEncoder):
    """Times to the microsecond: Django's own encoder cuts them, and the seals of the log would break."""

    def default(self, o: Any) -> Any:
        """What stands for a value that JSON does not know."""
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


def tables() -> list[type[models.Model]]:
    """The tables of a backup, those of many-to-many relations too."""
    found = apps.get_models(include_auto_created=True)
    return [
        model
        for model in found
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT
    ]


def migrations_applied(alias: str) -> dict[str, str]:
    """The last migration applied of every app."""
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    last: dict[str, str] = {}
    for app, name in sorted(applied):
        last[app] = name
    return last


def lines(model: type[models.Model], alias: str) -> Iterator[str]:
    """A line of JSON for every row, in order of the key."""
    rows = model._base_manager.using(alias).order_by("pk").iterator(chunk_size=_BATCH)
    many_to_many = {field.name for field in model._meta.local_many_to_many}
    columns = [f.name for f in model._meta.get_fields() if f.concrete and f.name not in many_to_many]
    for row in rows:
        yield serializers.serialize("jsonl", [row], fields=columns, cls=_Exact)


def insert(model: type[models.Model], texts: Iterable[str], alias: str) -> int:
    """How many rows were put into an empty table, each exactly as it was (dates of creation too)."""
    count, remaining = 0, iter(texts)
    while batch := list(islice(remaining, _BATCH)):
        objects = [_object(model, text, alias) for text in batch]
        # bulk_create would set auto_now fields anew; raw rows are what loaddata writes, one at a time
        model._base_manager.using(alias)._insert(  # type: ignore[attr-defined]
            objects, fields=model._meta.local_concrete_fields, using=alias, raw=True
        )
        count += len(objects)
    return count


def _object(model: type[models.Model], text: str, alias: str) -> Any:
    try:
        found = next(iter(serializers.deserialize("jsonl", text, using=alias)))
    except (serializers.base.DeserializationError, json.JSONDecodeError) as problem:
        raise InputError(f"备份中表 {model._meta.label_lower} 有一行不能读：{problem}") from problem
    return found.object


def empty(alias: str) -> None:
    """Removes what a fresh migration itself has written (content types, permissions)."""
    for model in reversed(tables()):
        model._base_manager.using(alias).all()._raw_delete(alias)


def reset_sequences(alias: str) -> None:
    """Lets the next row of every table get a key that is free."""
    statements = connections[alias].ops.sequence_reset_sql(no_style(), tables())
    with connections[alias].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
