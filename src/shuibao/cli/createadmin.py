"""`shuibao createadmin NAME`: the first administrator; the password is typed, never an argument."""

import argparse
import getpass
import sys

from shuibao.platform.start import start_django
from shuibao.science.errors import InputError


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser("createadmin", help="建立系统管理员账号")
    parser.add_argument("username", help="登录名")
    parser.add_argument("--name", required=True, help="姓名")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Asks for the password (or reads it from standard input) and makes the account."""
    start_django()
    from shuibao.platform.accounts.services import create_administrator

    create_administrator(args.username, args.name, _password())
    print(f"管理员 {args.username} 已建立。首次登录须绑定动态码。")
    return 0


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first, second = getpass.getpass("口令："), getpass.getpass("再输一遍：")
    if first != second:
        raise InputError("两遍口令不同，没有建立账号。请重新运行。")
    return first
