"""The web server: what must be there before it starts, and granian with threads."""

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces

from shuibao.science.errors import DomainError

THREADS = 8  # of each process; pages are short, long work is a job
_STAMP = ".collected-from"


class NotReady(DomainError):
    """The web server cannot start yet: the message says what to do first."""


def require_port(host: str, port: int) -> None:
    """Raises NotReady when nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as problem:
            raise NotReady(f"不能监听 {host}:{port}（{problem}）。请换一个 --port 或 --host。") from problem


def make_ready() -> Iterator[str]:
    """A line for everything that was done. Raises NotReady for what a person must do."""
    _require_tables()
    call_command("createcachetable", verbosity=0)
    if _collect_static():
        yield f"静态文件已收集到 {settings.STATIC_ROOT}"


def serve(host: str, port: int, processes: int) -> None:
    """Serves the platform until it is told to stop."""
    Granian(
        "shuibao.platform.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_access=False,
    ).serve()


def _require_tables() -> None:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as problem:
        raise NotReady(f"连不上数据库：{problem}。请检查 DATABASE_URL 和数据库服务。") from problem
    finally:
        connection.close()
    if missing:
        raise NotReady(f"数据库缺 {len(missing)} 项迁移。请先运行 shuibao migrate。")


def _collect_static() -> bool:
    """Whether static files had to be collected: they are when one has come, gone or changed."""
    root = Path(settings.STATIC_ROOT)
    stamp, wanted = root / _STAMP, _fingerprint()
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted)
    return True


def _fingerprint() -> str:
    """Names, sizes and times of all static files there are, as a hash."""
    digest = hashlib.sha256(repr(settings.STORAGES).encode())
    for finder in get_finders():
        for name, storage in finder.list(None):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
