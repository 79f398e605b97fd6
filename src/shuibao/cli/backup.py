"""`shuibao backup FILE` and `shuibao restore FILE`: the database, the files, the products."""

import argparse
from pathlib import Path

from shuibao.cli.progress import shown_progress
from shuibao.platform.start import start_django


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds both commands."""
    making = commands.add_parser("backup", help="备份数据库、文件和成果（不停机）")
    making.add_argument("file", type=Path, help="备份文件（.zip），不覆盖已有的")
    making.set_defaults(run=back_up_all)
    restoring = commands.add_parser("restore", help="把备份恢复到空的系统（SQLite 或 PostgreSQL）")
    restoring.add_argument("file", type=Path, help="备份文件")
    restoring.set_defaults(run=restore_all)


def back_up_all(args: argparse.Namespace) -> int:
    """Writes the backup and says what is in it."""
    start_django()
    from shuibao.platform.upkeep.backup import back_up

    with shown_progress() as progress:
        manifest = back_up(args.file, progress)
    size = args.file.stat().st_size / 2**20
    print(f"备份：{args.file}，{manifest.rows()} 行数据、{manifest.files()} 个文件，{size:.1f} MiB。")
    print("备份含个人信息，请与数据库同样保管；没有加密。")
    return 0


def restore_all(args: argparse.Namespace) -> int:
    """Makes the tables of an empty installation, and fills them and the folders."""
    start_django()
    from django.core.management import call_command

    from shuibao.platform.upkeep.restore import restore

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    with shown_progress() as progress:
        manifest = restore(args.file, progress)
    counts = f"{manifest.rows()} 行数据、{manifest.files()} 个文件"
    print(f"已恢复 {manifest.made_at} 的备份：{counts}，逐个核对无误。")
    return 0
