"""`shuibao migrate`: makes or upgrades the tables and loads the shipped rules, regions, organisations."""

import argparse

from shuibao.platform.start import start_django


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("migrate", help="建立或升级数据库，载入随附的规则、行政区、单位")
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Prepares the installation."""
    start_django()
    from shuibao.platform.upkeep.prepare import prepare

    for line in prepare():
        print(line, flush=True)
    return 0
