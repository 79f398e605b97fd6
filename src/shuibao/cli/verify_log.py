"""`shuibao verify-log`: proves that nobody has changed the log of what happened."""

import argparse

from shuibao.platform.start import start_django


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("verify-log", help="逐条核对经过日志的封印")
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Status 1 at the first entry that is not as it was written."""
    start_django()
    from shuibao.platform.core.events import verify

    proof = verify()
    if proof.broken_at is not None:
        print(f"日志在第 {proof.broken_at} 条处断开：{proof.reason}")
        return 1
    print(f"日志完好：{proof.entries} 条，末条封印 {proof.seal}。把封印另存一处，可防整条日志被重写。")
    return 0
