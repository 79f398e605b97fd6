"""A progress bar on a terminal; one line per step where there is none."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from shuibao.workflows.progress import Progress


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """What a workflow calls with a step's name and the share of all that is done (0–1)."""
    if not sys.stderr.isatty():
        last = ""

        def line(step: str, _done: float) -> None:
            nonlocal last
            if step != last:
                print(f"· {step}", file=sys.stderr, flush=True)
                last = step

        yield line
        return

    with tqdm(total=100, bar_format="{desc:　<14} {percentage:3.0f}% |{bar}| {elapsed}", leave=False) as bar:

        def move(step: str, done: float) -> None:
            bar.set_description_str(step, refresh=False)
            bar.n = round(done * 100, 1)
            bar.refresh()

        yield move
