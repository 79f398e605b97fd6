"""`shuibao monitor RUN.toml --out DIR`: a year's soil-loss monitoring."""

import argparse
import os
from pathlib import Path

from shuibao.cli.progress import shown_progress
from shuibao.rules import RuleBook
from shuibao.workflows import annual_monitoring


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("monitor", help="按运行文件做一年的水土流失动态监测")
    parser.add_argument(
        "run_file", type=Path, metavar="RUN.toml", help="运行文件，见 docs/guide/monitoring-run.md"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="结果目录：新的或空的")
    parser.add_argument("--tile", type=positive, default=512, metavar="N", help="分块边长（格，默认 512）")
    parser.add_argument("--workers", type=positive, default=os.cpu_count() or 1, metavar="N", help="线程数")
    parser.add_argument(
        "--cluster", default="", metavar="ADDRESS", help="Dask 调度器地址，如 tcp://主机:8786"
    )
    parser.add_argument(
        "--rules", type=Path, action="append", default=[], metavar="FILE", help="叠加的规则文件"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="节.键=值", help="临时改运行文件里的一个值，可重复"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs it and prints the number that matters and where the report is."""
    run_file, out = args.run_file, args.out
    if args.cluster:
        run_file, out = run_file.absolute(), out.absolute()  # workers have folders of their own
    plan = annual_monitoring.load_plan(run_file, args.set)
    with shown_progress() as progress:
        result = annual_monitoring.run(
            plan,
            out=out,
            tile=args.tile,
            workers=args.workers,
            cluster=args.cluster,
            rules=RuleBook.load(*args.rules),
            progress=progress,
        )
    totals = result.totals
    rate = totals.water_conservation_rate_pct
    demo = "【示例数据】" if result.demo else ""
    print(f"{demo}{result.title}")
    print(
        f"水土保持率 {'缺' if rate is None else f'{rate:.2f} %'}，"
        f"水土流失面积 {totals.erosion_area_km2:.2f} km²，有结果的面积 {totals.land_area_km2:.2f} km²"
        f"（覆盖 {result.coverage_pct:.2f} %）"
    )
    if result.unverified_rules:
        print(f"用到 {len(result.unverified_rules)} 个未核验的数值，见报告“未核验”一节。")
    for note in result.notes:
        print(f"注意：{note}")
    print(f"报告：{args.out / 'report.html'}")
    return 0


def positive(text: str) -> int:
    """A whole number of one or more, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"应为正整数，读到 {text}")
    return number
