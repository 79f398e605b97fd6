"""`shuibao watersheds DEM --out DIR`: streams and small watersheds of a DEM."""

import argparse
import os
from pathlib import Path

from shuibao.cli.monitor import positive
from shuibao.cli.progress import shown_progress
from shuibao.rules import RuleBook
from shuibao.workflows.watersheds import divide_land


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("watersheds", help="由 DEM 提取水系、划分小流域并编码")
    parser.add_argument("dem", type=Path, metavar="DEM", help="高程栅格（GeoTIFF、VRT…）")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="结果目录：新的或空的")
    parser.add_argument("--area-km2", type=float, metavar="A", help="小流域面积的取向（默认 30）")
    parser.add_argument("--channel-km2", type=float, metavar="A", help="形成沟道的汇流面积（默认 0.1）")
    parser.add_argument("--tile", type=positive, default=1024, metavar="N", help="分块边长（格，默认 1024）")
    parser.add_argument("--workers", type=positive, default=os.cpu_count() or 1, metavar="N", help="线程数")
    parser.add_argument(
        "--cluster", default="", metavar="ADDRESS", help="Dask 调度器地址，如 tcp://主机:8786"
    )
    parser.add_argument(
        "--rules", type=Path, action="append", default=[], metavar="FILE", help="叠加的规则文件"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs it and prints how many watersheds there are, how large, and where they are."""
    with shown_progress() as progress:
        result = divide_land(
            args.dem,
            args.out,
            area_km2=args.area_km2,
            channel_km2=args.channel_km2,
            tile=args.tile,
            workers=args.workers,
            cluster=args.cluster,
            rules=RuleBook.load(*args.rules),
            progress=progress,
        )
    facts = result.summary
    sizes = facts["area_km2"]
    kinds = "、".join(f"{name} {kind['count']}" for name, kind in facts["kinds"].items() if kind["count"])
    print(f"小流域 {facts['count']} 个（{kinds}），共 {facts['land_area_km2']:.2f} km²")
    print(f"面积 {sizes['least']:.2f}–{sizes['most']:.2f} km²，平均 {sizes['mean']:.2f} km²")
    for note in result.notes:
        print(f"注意：{note}")
    print(f"图层：{args.out / 'watersheds.gpkg'}")
    return 0
