"""`shuibao demo`: the platform with a made-up Yuncheng, served on this machine. All of it is 示例数据."""

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from shuibao.platform.start import start_django
from shuibao.science.errors import InputError

_MARK = "SHUIBAO-DEMO"


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("demo", help="试用平台：载入示例数据（运城市）并在本机打开")
    parser.add_argument(
        "--data", type=Path, default=Path("demo"), metavar="DIR", help="数据目录（默认 demo）"
    )
    parser.add_argument("--port", type=int, default=8000, help="端口（默认 8000）")
    parser.add_argument("--fresh", action="store_true", help="先清空示例，从头再来")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prepares the data folder, then serves with two workers until it is interrupted."""
    data = args.data.absolute()
    if args.fresh:
        _clear(data)
    _configure(data, args.port)
    started = time.monotonic()
    start_django()
    from shuibao.platform.upkeep.demo import prepare_demo

    for line in prepare_demo():
        print(line, flush=True)
    print(f"准备用时 {time.monotonic() - started:.0f} 秒。全部为示例数据，不是监测结果。")
    print(f"打开 http://127.0.0.1:{args.port}/ （登录页列出示例账号；Ctrl-C 结束）", flush=True)
    return _serve(args.port)


def _configure(data: Path, port: int) -> None:
    """The demo's settings: everything in one folder, a key of its own, this machine only."""
    data.mkdir(parents=True, exist_ok=True)
    if not (data / _MARK).exists() and any(data.iterdir()):
        raise InputError(f"目录 {data} 里已有别的文件，示例不放在那里。请用 --data 换一个空目录。")
    (data / _MARK).touch()
    key = data / "secret-key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(48))
    os.environ |= {
        "SHUIBAO_DATA": str(data),
        "SHUIBAO_DEMO": "yes",
        "SHUIBAO_HTTPS": "no",
        "SHUIBAO_SECRET_KEY": key.read_text(),
        "SHUIBAO_HOSTS": "127.0.0.1,localhost",
        "DATABASE_URL": "",
    }


def _clear(data: Path) -> None:
    """Removes an earlier demo, and only a demo."""
    if data.exists() and not (data / _MARK).exists():
        raise InputError(f"{data} 不是示例目录（没有 {_MARK}），不清空。")
    shutil.rmtree(data, ignore_errors=True)


def _serve(port: int) -> int:
    """The server and the workers as they run in earnest; an interrupt ends both."""
    program = [sys.executable, "-m", "shuibao.cli.main"]
    children = [
        subprocess.Popen([*program, "worker"]),
        subprocess.Popen([*program, "serve", "--port", str(port)]),
    ]
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
    except KeyboardInterrupt:
        print("正在结束示例……", flush=True)
    finally:
        for child in children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        codes = [child.wait(timeout=30) for child in children]
    return next((abs(code) for code in codes if code not in (0, -signal.SIGTERM, -signal.SIGINT)), 0)
