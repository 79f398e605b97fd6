"""What makes a job the same job: kind, region, parameters, content of its files, rules, code."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.core.cache import cache
from django.utils import timezone

import shuibao
from shuibao.platform.core.models import Region
from shuibao.platform.jobs.kind import JobKind, Parameters
from shuibao.platform.rulebook.queries import book_for
from shuibao.science.errors import InputError

_KEEP_S = 30 * 86_400


class Identity(NamedTuple):
    """The hash that says whether two jobs are one, and the parts of it that a person can read."""

    input_hash: str
    inputs: dict[str, str]
    code_version: str
    rules_on: date
    rules_hash: str


def identity_of(kind: JobKind, parameters: Parameters, region: Region) -> Identity:
    """Reads the files of a job. Raises DomainError when they cannot be read or the parameters are wrong.

    The rules are those of today: with a rule replaced, the same files are another job.
    """
    files = kind.inputs(parameters, region)
    inputs = {name: _hash_of(path) for name, path in sorted(files.items())}
    today, version = timezone.localdate(), shuibao.__version__
    rules = _hash_of_rules(region, today)
    whole = _hash([kind.name, region.code, parameters, inputs, rules, version])
    return Identity(whole, inputs, version, today, rules)


def _hash_of_rules(region: Region, on: date) -> str:
    """One hash of all rules that hold there and then."""
    book = book_for(region.code, on)
    held = (rule for rule in book.current(on) if rule.holds(region.code, on))
    return _hash(sorted([rule.id, rule.region, rule.version] for rule in held))


def _hash(said: list[Any]) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_of(path: Path) -> str:
    """A file's SHA-256, computed once for each version of the file: a DEM of 10 GB takes half a minute."""
    try:
        facts = path.stat()
        key = f"{path}|{facts.st_size}|{facts.st_mtime_ns}|{facts.st_ino}"
        short = "sha256-" + hashlib.sha256(key.encode()).hexdigest()
        found: str | None = cache.get(short)
        if found is None:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            cache.set(short, found, _KEEP_S)
    except OSError as problem:
        raise InputError(f"读不了 {path.name}：{problem.strerror}。请检查文件和权限。") from problem
    return found
