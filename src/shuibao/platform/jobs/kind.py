"""Kinds of jobs: what may be started, what it reads, and the function that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from shuibao.platform.core.models import Region
from shuibao.science.errors import InputError

if TYPE_CHECKING:
    from shuibao.platform.jobs.running import RunningJob

Parameters = dict[str, Any]
Run = Callable[[Parameters, "RunningJob"], dict[str, Any]]
Inputs = Callable[[Parameters, Region], Mapping[str, Path]]


@dataclass(frozen=True)
class JobKind:
    """A kind of job.

    inputs: the files the job reads, by the name to show; raises DomainError for parameters that cannot be
    used. resumable: a killed run may be started again by the worker: it touches nothing but its own folder.
    """

    name: str
    title: str
    lane: Literal["duty", "work"]
    resumable: bool
    inputs: Inputs
    run: Run


_KINDS: dict[str, JobKind] = {}


def no_files(_parameters: Parameters, _region: Region) -> dict[str, Path]:
    """Nothing: for jobs that read the database alone."""
    return {}


def job_kind(
    name: str,
    *,
    title: str,
    lane: Literal["duty", "work"],
    resumable: bool,
    inputs: Inputs = no_files,
) -> Callable[[Run], Run]:
    """Makes a function the work of a kind of job. Raises ValueError for a name that is taken."""

    def register(run: Run) -> Run:
        if name in _KINDS:
            raise ValueError(f"two kinds of jobs are called {name}")
        _KINDS[name] = JobKind(name, title, lane, resumable, inputs, run)
        return run

    return register


def kind_named(name: str) -> JobKind:
    """The kind with a name. Raises InputError that lists the kinds there are."""
    try:
        return _KINDS[name]
    except KeyError:
        raise InputError(f"没有“{name}”这种作业。可以是：{'、'.join(sorted(_KINDS))}。") from None


def kinds() -> tuple[JobKind, ...]:
    """All kinds, by name."""
    return tuple(_KINDS[name] for name in sorted(_KINDS))
