"""`shuibao check`: what is missing or unsafe in this installation."""

import argparse

from shuibao.platform.start import start_django

MARKS = {"ok": "好", "note": "注意", "bad": "问题"}


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("check", help="检查平台：缺什么、哪里不安全")
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Prints a line for everything looked at; status 1 when something is unsafe or broken."""
    start_django()
    from shuibao.platform.upkeep.check import findings

    found = list(findings())
    for finding in found:
        print(f"{MARKS[finding.grade]}  {finding.about}：{finding.words}")
    bad = sum(finding.grade == "bad" for finding in found)
    print(f"共 {bad} 个问题。" if bad else "没有问题。")
    return 1 if bad else 0
