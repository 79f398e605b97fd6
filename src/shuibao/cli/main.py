"""`shuibao`: one command per job. An error is one line of Chinese and exit status 2."""

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

import shuibao
from shuibao.cli import (
    backup,
    check,
    createadmin,
    demo,
    demo_files,
    erosivity,
    migrate,
    monitor,
    rules,
    serve,
    terrain,
    verify_log,
    watersheds,
    worker,
)
from shuibao.science.errors import DomainError

_COMMANDS = (
    *(monitor, terrain, watersheds, erosivity, rules, demo_files),
    *(demo, serve, worker, migrate, createadmin, check, backup, verify_log),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 2 something the caller can mend, 130 interrupted."""
    args = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupted)
    os.environ.setdefault("CPL_LOG", os.devnull)  # GDAL's own words come after ours and in English
    try:
        status: int = args.run(args)
    except DomainError as problem:
        message = str(problem)
    except OSError as problem:
        reason = problem.strerror or problem
        message = f"{problem.filename or '文件'}：{reason}。请检查路径、权限和磁盘空间。"
    except KeyboardInterrupt:
        print("已中断，没有留下半成品。", file=sys.stderr)
        return 130
    else:
        return status
    gc.collect()  # files cut short by a full disk complain when they are closed: our line comes last
    print("错误：" + " ".join(message.split("\n")), file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="shuibao", description="水保：水土保持监测、监管、淤地坝、治理与考核"
    )
    parser.add_argument("--version", action="version", version=f"shuibao {shuibao.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser


def _interrupted(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main())
