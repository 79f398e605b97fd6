"""`shuibao serve` as a real process: it says what is missing, and serves when nothing is."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from workers import environment, until

pytestmark = pytest.mark.slow


def command(port: int) -> list[str]:
    """The command line for a port of this machine."""
    return [sys.executable, "-m", "shuibao", "serve", "--port", str(port), "--workers", "1"]


def said(port: int, settings: dict[str, str]) -> tuple[int, str]:
    """Exit status and error line of a server that cannot start."""
    ended = subprocess.run(
        command(port), env=settings, capture_output=True, text=True, timeout=60, check=False
    )
    return ended.returncode, ended.stderr


def answers(port: int) -> bool:
    """Whether something answers there."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/jobs/", timeout=5).close()
    except urllib.error.HTTPError as answer:
        answer.close()
        return True
    except OSError:
        return False
    return True


@pytest.fixture
def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_an_empty_database_is_named_with_what_to_run(free_port: int, tmp_path: Path) -> None:
    empty = os.environ | {
        "SHUIBAO_DATA": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3",
    }
    status, words = said(free_port, empty)
    assert status == 2
    assert "错误：数据库缺" in words and "shuibao migrate" in words


@pytest.mark.django_db(transaction=True)
def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        status, words = said(port, environment())
    assert status == 2
    assert f"不能监听 127.0.0.1:{port}" in words


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_it_collects_its_static_files_serves_and_stops(free_port: int, tmp_path: Path) -> None:
    settings = environment() | {
        "SHUIBAO_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "shuibao.platform.settings",
    }
    lines = tmp_path / "lines"
    for time in ("first", "second"):
        with lines.open("w") as log:
            server = subprocess.Popen(command(free_port), env=settings, stdout=log, stderr=log)
        try:
            until(lambda: answers(free_port))
            assert ("静态文件已收集" in lines.read_text()) == (time == "first")
            assert (tmp_path / "cache" / "static").is_dir()
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(20) == 0
