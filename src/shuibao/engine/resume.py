"""A memory of finished tasks: a run that was killed goes on where it stopped, and gives the same bytes."""

import hashlib
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from shuibao.engine.runner import Runner

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class ResumingRunner:
    """Runs tasks with another runner, keeps each outcome in a folder, and takes it from there next time.

    An outcome belongs to the name of the work and the bytes of its task. The folder must belong to one run:
    its inputs, choices and versions. What tasks leave elsewhere must be whole before they return.
    """

    run: Runner
    folder: Path

    def __call__(self, work: Callable[[Task], Outcome], tasks: Iterable[Task]) -> Iterator[Outcome]:
        """What each task gave, now or before, in the order of the tasks."""
        return self.run(partial(_remembered, self.folder, work), tasks)


def _remembered(folder: Path, work: Callable[[Task], Outcome], task: Task) -> Outcome:
    path = folder / _name(work) / hashlib.sha256(pickle.dumps(task, protocol=5)).hexdigest()
    if path.exists():
        outcome: Outcome = pickle.loads(path.read_bytes())
        return outcome
    outcome = work(task)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as unfinished:
        unfinished.write(pickle.dumps(outcome, protocol=5))
    Path(unfinished.name).replace(path)
    return outcome


def _name(work: Callable[..., Any]) -> str:
    """The functions that make up the work, innermost last: partials are taken apart."""
    if isinstance(work, partial):
        inner = [_name(value) for value in work.args if callable(value)]
        return "-".join([_name(work.func), *inner])
    return str(getattr(work, "__name__", type(work).__name__)).strip("_")
