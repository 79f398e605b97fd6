"""What processes use, as Linux tells it in /proc."""

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS_S = os.sysconf("SC_CLK_TCK")
_PARENT, _USED = 1, slice(11, 15)  # places after the name: user, system, and both of ended children


def cpu_s(roots: list[int]) -> float:
    """CPU that processes and all below them have used, the ended ones too [s]."""
    facts = dict(_facts())
    ticks = (int(text) for root in roots for pid in _tree(root, facts) for text in facts[pid][_USED])
    return sum(ticks) / _TICKS_S


def waited_s(roots: list[int]) -> float:
    """How long threads of these processes and all below them stood ready without a core to run on [s].

    The sum over threads that live now; what other work on the machine costs shows here.
    """
    facts = dict(_facts())
    return sum(_waited_ns(pid) for root in roots for pid in _tree(root, facts)) / 1e9


def peak_mib(root: int) -> float:
    """The greatest resident size that the process or any below it has had [MiB]."""
    sizes = [_peak_kib(pid) for pid in _tree(root, dict(_facts()))]
    return max(sizes) / 1024


def _facts() -> Iterator[tuple[int, list[str]]]:
    """Every process with what stands after its name in its `stat`."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue


def _tree(root: int, facts: dict[int, list[str]]) -> Iterator[int]:
    yield root
    for pid, fields in facts.items():
        if int(fields[_PARENT]) == root:
            yield from _tree(pid, facts)


def _waited_ns(pid: int) -> int:
    total = 0
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(file.read_text().split()[1])
        except OSError:  # the thread has ended meanwhile
            continue
    return total


def _peak_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) if "VmHWM:" in status else 0
