"""The tables that are printed."""

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clients import Visits
    from measuring import Results


def printed(results: "Results") -> None:
    """Prints what was measured on one database, as Markdown."""
    args, (before, after) = results.args, results.load
    print(f"\n### {results.database}: {args.rows:,} polygons, {args.rows // 10:,} points\n")
    print(
        f"{machine()}; {args.clients} clients, {args.requests} requests of each kind (exports: fewer); "
        f"load average {before:.1f} before, {after:.1f} after; filled in {results.fill_s:.0f} s; "
        f"largest server process {results.peak_mib:.0f} MiB.\n"
    )
    print("| page | p50 ms | p95 ms | a second | CPU ms | no core ms | p50 during imports | p95 | a second |")
    print("|---|---|---|---|---|---|---|---|---|")
    for alone, during in zip(results.alone, results.during, strict=True):
        used = f"{alone.cpu_ms:.0f} | {alone.waited_ms:.0f}"
        print(f"| {alone.name} | {_times(alone)} | {used} | {_times(during)} |")
    rows = args.rows // 20
    print(f"\n| import of {rows:,} rows | upload s | check s | write s | all s | CPU s | peak MiB |")
    print("|---|---|---|---|---|---|---|")
    _imports("alone", results.imported)
    _imports("beside the pages", results.imported_during)


def machine() -> str:
    """The processor, and how many of it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} × {names[0] if names else platform.processor()}, {platform.system()}"


def _times(visits: "Visits") -> str:
    return f"{visits.at(0.5):.0f} | {visits.at(0.95):.0f} | {visits.a_second:.1f}"


def _imports(word: str, said: dict[str, Any]) -> None:
    """The mean of some imports."""
    done = said["imports"]
    upload, check, write, cpu = (
        sum(one[name] for one in done) / len(done) for name in ("upload_s", "check_s", "write_s", "cpu_s")
    )
    total = upload + check + write
    print(
        f"| {word} (mean of {len(done)}) | {upload:.1f} | {check:.1f} | {write:.1f} | {total:.1f} "
        f"| {cpu:.1f} | {said['peak_mib']:.0f} |"
    )
