"""`shuibao serve`: the web server."""

import argparse
import os

from shuibao.cli.monitor import positive
from shuibao.platform.start import start_django


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("serve", help="启动网页服务")
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST", help="监听地址（默认 127.0.0.1）")
    parser.add_argument("--port", type=positive, default=8000, metavar="N", help="端口（默认 8000）")
    parser.add_argument(
        "--workers", type=positive, default=min(4, os.cpu_count() or 1), metavar="N", help="进程数"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serves until it is told to stop."""
    start_django()
    from shuibao.platform.serving import make_ready, require_port, serve

    require_port(args.host, args.port)
    for line in make_ready():
        print(line, flush=True)
    print(f"网页服务：http://{args.host}:{args.port}", flush=True)
    serve(args.host, args.port, args.workers)
    return 0
