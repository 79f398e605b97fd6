"""What every job on tiles has around it: a working folder that a kill leaves behind, a runner, progress."""

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from shuibao.engine.dask import connect
from shuibao.engine.resume import ResumingRunner
from shuibao.engine.runner import Runner
from shuibao.engine.threads import run_tasks


@contextlib.contextmanager
def working_folder(out: Path, run: str) -> Iterator[Path]:
    """A hidden folder that outlives a kill and nothing else; those of other runs into `out` go first.

    run: what distinguishes this run from others: its inputs, choices, versions and tile size.
    """
    key = hashlib.sha256(run.encode()).hexdigest()[:16]
    mine = out.parent / f".{out.name}.{key}.work"
    for other in out.parent.glob(f".{out.name}.*.work"):
        if other != mine:
            shutil.rmtree(other, ignore_errors=True)
    (mine / "layers").mkdir(parents=True, exist_ok=True)
    try:
        yield mine
    finally:
        shutil.rmtree(mine, ignore_errors=True)


def resuming_runner(work: Path, workers: int, cluster: str) -> Runner:
    """Threads, or the cluster at an address, remembering in the working folder what is done."""
    runner: Runner = connect(cluster, work) if cluster else partial(run_tasks, workers=workers)
    return ResumingRunner(runner, work / "outcomes")


@dataclass
class Counted:
    """A runner that tells how far all rounds of tiles are, as a share of the job from `start` to `end`.

    expected: number of tasks in all rounds; where a join takes more, the share stays at `end`.
    """

    run: Runner
    shown: Callable[[float], None]
    start: float
    end: float
    expected: int
    done: int = 0

    def __call__(self, work: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        """What the runner gives."""
        for outcome in self.run(work, tasks):
            self.done += 1
            self.shown(self.start + (self.end - self.start) * min(1.0, self.done / self.expected))
            yield outcome
