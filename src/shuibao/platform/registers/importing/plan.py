"""What an import would do: which objects are made, which change and how, which rows are wrong."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import shapely


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row, in words that say how to mend it. column: of the file, "" for the whole row."""

    row: int
    field: str
    column: str
    value: str
    problem: str


@dataclass(frozen=True)
class Change:
    """An object as the row makes it, with the values it had; `before` is empty for a new one."""

    row: int
    instance: Any
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def differences(self) -> dict[str, tuple[Any, Any]]:
        """Before and after of the fields that change."""
        return {
            name: (value, self.after[name])
            for name, value in self.before.items()
            if not same(value, self.after[name])
        }


@dataclass
class Plan:
    """The outcome of a check. Nothing of it is written."""

    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: int = 0

    @property
    def wrong_rows(self) -> int:
        """How many rows have at least one fault."""
        return len({fault.row for fault in self.faults})

    def fingerprint(self) -> str:
        """What a person agrees to when they import: the same hash, the same changes."""
        told = hashlib.sha256()
        for change in (*self.new, *self.changed):
            said = [change.row, {name: _plain(value) for name, value in change.after.items()}]
            said.append({name: _plain(value) for name, value in change.before.items()})
            told.update(json.dumps(said, ensure_ascii=False, sort_keys=True, default=str).encode())
        return told.hexdigest()


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same; unknown and empty text are."""
    if one is None or other is None or one == "" or other == "":
        return (one is None or one == "") and (other is None or other == "")
    return bool(one == other)


def _plain(value: Any) -> Any:
    if isinstance(value, shapely.Geometry):
        return hashlib.sha256(shapely.to_wkb(value)).hexdigest()
    return value
