"""Tasks come back in order, and the first error ends the work."""

import threading

import pytest

from shuibao.engine.threads import run_tasks


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_outcomes_come_in_the_order_of_the_tasks(workers: int) -> None:
    assert list(run_tasks(lambda n: n * n, range(20), workers)) == [n * n for n in range(20)]


def test_an_error_stops_tasks_that_have_not_started() -> None:
    started = []

    def work(n: int) -> None:
        started.append(n)
        if n == 3:
            raise ValueError(n)

    with pytest.raises(ValueError, match="3"):
        list(run_tasks(work, range(1000), 2))
    assert len(started) < 20


def test_tasks_share_the_work_among_threads() -> None:
    both = threading.Barrier(2, timeout=10)
    assert list(run_tasks(lambda _: both.wait() >= 0, range(2), 2)) == [True, True]
