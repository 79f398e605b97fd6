"""`shuibao terrain DEM --out DIR`: filled surface, flow, slope, slope length, LS of a DEM of any size."""

import argparse
import os
from pathlib import Path

from shuibao.cli.monitor import positive
from shuibao.cli.progress import shown_progress
from shuibao.data.files import file_named
from shuibao.rules import RuleBook
from shuibao.workflows import terrain


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("terrain", help="任意大小的 DEM：填洼、流向、汇流、坡度、坡长、LS")
    parser.add_argument(
        "dem", type=file_named, metavar="DEM", help="高程栅格（GeoTIFF、VRT…），或 /vsi…、s3://… 虚拟路径"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="结果目录：新的或空的")
    parser.add_argument(
        "--products",
        default="ls",
        metavar="A,B",
        help=f"产品，逗号分隔（默认 ls）：{','.join(terrain.PRODUCTS)}",
    )
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
    """Runs it and prints where the products are."""
    with shown_progress() as progress:
        made = terrain.run(
            args.dem,
            out=args.out,
            products=[name.strip() for name in args.products.split(",")],
            tile=args.tile,
            workers=args.workers,
            cluster=args.cluster,
            rules=RuleBook.load(*args.rules),
            progress=progress,
        )
    print(f"{made.grid.height} 行 × {made.grid.width} 列，{made.grid.crs.name}")
    for name, file in made.files.items():
        print(f"{name}：{file}")
    return 0
