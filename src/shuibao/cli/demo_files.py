"""`shuibao demo-files`: two generated years of Yuncheng, measured without the platform. 示例数据."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from shuibao.cli.progress import shown_progress
from shuibao.workflows.demo import write_demo

YEARS = ("2024", "2025")


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("demo-files", help="只用命令行：生成示例数据（运城市）并做两年监测")
    parser.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR", help="放在哪里（默认 demo）")
    parser.add_argument("--cell", type=float, default=30.0, metavar="M", help="格网边长（米，默认 30）")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Makes what is not there yet, and prints where the reports are."""
    started = time.monotonic()
    reports = [args.out / year / "report.html" for year in YEARS]
    if all(report.exists() for report in reports):
        print("示例已经做好（删掉这个目录可重做）。")
    else:
        status = _make(args.out, args.cell)
        if status:
            return status
        print(f"示例做好了，用时 {time.monotonic() - started:.0f} 秒。全部为示例数据，不是监测结果。")
    for report in reports:
        print(f"报告：{report.resolve()}")
    return 0


def _make(directory: Path, cell_m: float) -> int:
    """Exit status of making the data and measuring the years that are not there yet, as a user would."""
    with shown_progress() as progress:
        run_files = write_demo(directory, cell_m=cell_m, progress=lambda step: progress(step, 0.0))
    for year, run_file in zip(YEARS, run_files, strict=True):
        if (directory / year / "report.html").exists():
            continue
        print(f"$ shuibao monitor {run_file} --out {directory / year}", flush=True)
        command = [sys.executable, "-m", "shuibao.cli.main", "monitor", str(run_file)]
        status = subprocess.run([*command, "--out", str(directory / year)], check=False).returncode
        if status:
            return status
    return 0
