"""The benchmark from its arguments to its tables."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clients import Visits, visit
from installation import environment, postmaster, served, told
from pages import kinds
from processes import cpu_s, peak_mib, waited_s
from tables import printed

WORKERS = 2
OF_PLACES, OF_IMPORTS = 10, 20  # rows for a place, rows for an imported row
WARM_UP = 2


@dataclass(frozen=True)
class Results:
    """What was measured on one database."""

    database: str
    args: argparse.Namespace
    fill_s: float
    load: tuple[float, float]
    alone: list[Visits]
    during: list[Visits]
    imported: dict[str, Any]
    imported_during: dict[str, Any]
    peak_mib: float


def run(root: Path, about: str) -> int:
    """Measures and prints; the exit status."""
    sys.path.insert(0, str(root / "tests"))
    import postgresql

    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000, help="polygons; a tenth as many points")
    parser.add_argument("--requests", type=int, default=120, help="of every kind of page")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    args = parser.parse_args()
    if args.rows < 1000 or args.clients < 1:
        parser.error("at least 1000 rows and one client")
    wanted = args.database or ["sqlite", *(["postgresql"] if postgresql.programs() else [])]
    for database in wanted:
        with tempfile.TemporaryDirectory(prefix="shuibao-bench-") as folder:
            if database == "postgresql":
                with postgresql.server() as address:
                    printed(_measured(database, Path(folder), address, args))
            else:
                printed(_measured(database, Path(folder), None, args))
    return 0


def _measured(name: str, folder: Path, address: str | None, args: argparse.Namespace) -> Results:
    env = environment(folder / "data", address)
    rows = args.rows // OF_IMPORTS
    load = os.getloadavg()[0]
    filled = told("bench_site.fill", args.rows, args.rows // OF_PLACES, args.clients, env=env)
    with served(env, WORKERS) as (server, pid):
        watched = [pid, *postmaster(address)]
        _pages(server, filled["cookies"], args, args.clients * WARM_UP, watched, seed=0)
        alone = _pages(server, filled["cookies"], args, args.requests, watched, seed=1)
        imported = told("bench_site.imports", folder, rows, 0, env=env)
        with _imports_running(folder, rows, env) as finished:
            during = _pages(server, filled["cookies"], args, args.requests, watched, seed=2)
        return Results(
            name,
            args,
            filled["fill_s"],
            (load, os.getloadavg()[0]),
            alone,
            during,
            imported,
            finished,
            peak_mib(pid),
        )


def _pages(
    server: tuple[str, int],
    cookies: list[str],
    args: argparse.Namespace,
    requests: int,
    watched: list[int],
    seed: int,
) -> list[Visits]:
    """Every kind of page, one kind after the other."""
    found = []
    for kind in kinds(args.rows, args.rows // OF_PLACES):
        cpu, waited = cpu_s(watched), waited_s(watched)
        visits = visit(kind, server, cookies, requests, seed)
        visits.cpu_s, visits.waited_s = cpu_s(watched) - cpu, waited_s(watched) - waited
        print(f"{visits.name}: p95 {visits.at(0.95):.0f} ms", file=sys.stderr, flush=True)
        found.append(visits)
    return found


@contextmanager
def _imports_running(folder: Path, rows: int, env: dict[str, str]) -> Iterator[dict[str, Any]]:
    """What the imports took that ran meanwhile: filled when the context ends."""
    stop, finished = folder / "stop", {}
    command = [sys.executable, "-m", "bench_site.imports", str(folder), str(rows), "1", str(stop)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
    try:
        yield finished
    finally:
        stop.touch()
        said, _ = process.communicate(timeout=300)
    if process.returncode:
        raise SystemExit("an import failed")
    finished |= json.loads(said)
