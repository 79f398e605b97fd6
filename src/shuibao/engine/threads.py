"""Runs tile tasks on threads: the kernels and GDAL release the GIL, so two threads use two cores."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


def run_tasks(work: Callable[[Task], Outcome], tasks: Iterable[Task], workers: int) -> Iterator[Outcome]:
    """What each task gave, in the order of the tasks. At most two tasks per worker are under way or waiting.

    The first error, or an interrupt, stops the rest: tasks not yet started never start.
    """
    with ThreadPoolExecutor(max_workers=workers) as pool:
        under_way: deque[Future[Outcome]] = deque()
        try:
            for task in tasks:
                under_way.append(pool.submit(work, task))
                if len(under_way) >= 2 * workers:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()
