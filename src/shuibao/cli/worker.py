"""`shuibao worker [--lane duty|work]`: due rows, messages and jobs. Both lanes when none is named."""

import argparse
import signal
import threading
from types import FrameType

from shuibao.platform.start import start_django


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("worker", help="执行到期事项、消息和作业，见 docs/operations/workers.md")
    parser.add_argument(
        "--lane",
        choices=("duty", "work"),
        help="只执行一个队列：duty 值守，work 计算（默认两个，各一个进程）",
    )
    parser.add_argument("--supervisor", type=int, help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Works until it is told to stop."""
    start_django()
    from shuibao.platform.jobs.worker.lane import LaneWorker
    from shuibao.platform.jobs.worker.log import log_as_json
    from shuibao.platform.jobs.worker.supervisor import supervise

    log_as_json()
    stop = _told_to_stop()
    if args.lane is None:
        supervise(stop)
    else:
        LaneWorker(args.lane, stop, args.supervisor).run()
    return 0


def _told_to_stop() -> threading.Event:
    """Set by SIGTERM and Ctrl-C."""
    stop = threading.Event()

    def told(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    return stop
