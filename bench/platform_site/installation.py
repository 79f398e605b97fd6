"""A scratch installation in a temporary folder: filled and served."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

HERE = Path(__file__).resolve().parent
HOST = "127.0.0.1"
START_S = 120


def environment(data: Path, database: str | None) -> dict[str, str]:
    """What the installation's processes run under."""
    known = {name: text for name, text in os.environ.items() if not name.startswith("SHUIBAO_")}
    known.pop("DATABASE_URL", None)
    paths = [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **known,
        "DJANGO_SETTINGS_MODULE": "bench_site.settings",
        "PYTHONPATH": os.pathsep.join(paths),
        "SHUIBAO_DATA": str(data),
        "SHUIBAO_SECRET_KEY": "only-for-the-benchmark",
        "SHUIBAO_HTTPS": "no",
        **({"DATABASE_URL": database} if database else {}),
    }


def told(module: str, *arguments: object, env: dict[str, str]) -> Any:
    """What a module of the scratch application prints, read as JSON."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return json.loads(subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE).stdout)


@contextmanager
def served(env: dict[str, str], workers: int) -> Iterator[tuple[tuple[str, int], int]]:
    """The address of the running server and the number of its first process."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "shuibao.cli.main",
        "serve",
        "--port",
        str(port),
        "--workers",
        str(workers),
    ]
    server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        _await((HOST, port), server)
        yield (HOST, port), server.pid
    finally:
        server.terminate()
        server.wait(30)


def _await(address: tuple[str, int], server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(address, 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not start")


def postmaster(database: str | None) -> list[int]:
    """The number of PostgreSQL's first process, where the database is a local one."""
    home = parse_qs(urlparse(database or "").query).get("host")
    return [int((Path(home[0]) / "data" / "postmaster.pid").read_text().split()[0])] if home else []
