"""What runs tile tasks: threads, a cluster, or either with a memory of what was done before."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


class Runner(Protocol):
    """Runs a function on tasks and gives the outcomes in the order of the tasks."""

    def __call__(self, work: Callable[[Task], Outcome], tasks: Iterable[Task]) -> Iterator[Outcome]: ...
