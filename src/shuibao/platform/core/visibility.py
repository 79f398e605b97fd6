"""Who sees what: a reader's rights by verb and region, and querysets that show no more than that."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Self

from django.db import models
from django.db.models import Q

from shuibao.platform.core.errors import NotAllowed


@dataclass(frozen=True)
class Held:
    """A role as held in a region: verb patterns, and the stem that every code of the region starts with."""

    verbs: tuple[str, ...]
    stem: str

    def has(self, verb: str) -> bool:
        """Whether the role has the verb, by name or by a pattern such as `projects.*`."""
        return any(fnmatchcase(verb, pattern) for pattern in self.verbs)


@dataclass(frozen=True)
class Reader:
    """What a person holds today. Nobody (a visitor) holds nothing."""

    user_id: int | None = None
    organisation_id: int | None = None
    held: tuple[Held, ...] = ()

    def stems(self, verb: str) -> tuple[str, ...]:
        """The shortest region stems in which this person has the verb; "" is everywhere."""
        found = sorted({held.stem for held in self.held if held.has(verb)})
        return tuple(s for s in found if not any(s != other and s.startswith(other) for other in found))

    def may(self, verb: str, region_code: str | None = None) -> bool:
        """Whether this person has the verb in a region: None is anywhere at all, "" is everywhere."""
        stems = self.stems(verb)
        return bool(stems) if region_code is None else any(region_code.startswith(stem) for stem in stems)


NOBODY = Reader()


def reader_of(user: object) -> Reader:
    """The reader a user is; a visitor, and an account that has ended, is nobody."""
    reader: Reader = getattr(user, "reader", NOBODY)
    return reader


def region_stem(code: str) -> str:
    """What every code inside a region starts with: 140800 → 1408."""
    if len(code) != 6:
        return code
    return code.removesuffix("0000") if code.endswith("0000") else code.removesuffix("00")


def inside(stems: Iterable[str], field: str = "region_id") -> Q:
    """The rows whose region code starts with one of the stems. Ranges, so that any index serves."""
    wanted = Q(pk__in=[])
    for stem in stems:
        if not stem:
            return Q()
        after = stem[:-1] + chr(ord(stem[-1]) + 1)
        wanted |= Q(**{f"{field}__gte": stem, f"{field}__lt": after})
    return wanted


class Visible(models.QuerySet[Any]):
    """Rows with a rule about who sees them: the model's `visibility(reader)`."""

    def visible_to(self, user: object) -> Self:
        """No row but those the user may see."""
        return self.filter(self.model.visibility(reader_of(user)))


def require(user: object, verb: str, about: object, region_code: str | None = None) -> None:
    """Raises NotAllowed unless the user has the verb in the region of what it is about.

    What has a region field but no region belongs to all: only a right everywhere reaches it.
    """
    if region_code is None and hasattr(about, "region_id"):
        region_code = about.region_id or ""
    if not reader_of(user).may(verb, region_code):
        raise NotAllowed(verb, about)
