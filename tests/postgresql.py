"""Runs a command with DATABASE_URL on a throw-away PostgreSQL: python tests/postgresql.py COMMAND …

The server lives in a temporary folder, listens on a socket there only, and is gone with the command.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c listen_addresses="


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version installed; None without a server."""
    known = [Path(found).resolve().parent for name in ("pg_ctl", "initdb") if (found := shutil.which(name))]
    known += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in known if (folder / "pg_ctl").exists()), None)


@contextmanager
def server() -> Iterator[str]:
    """The address of an empty database for as long as the context lasts."""
    folder = programs()
    if folder is None:
        raise SystemExit("no PostgreSQL server found (Debian: apt-get install postgresql)")
    home = Path(tempfile.mkdtemp(prefix="shuibao-pg-"))
    owner = _owner()
    if owner is not None:
        os.chown(home, owner.pw_uid, owner.pw_gid)
    data = home / "data"
    control = [str(folder / "pg_ctl"), "-D", str(data), "-l", str(home / "log"), "-w"]
    try:
        _run([str(folder / "initdb"), "-D", str(data), "-U", "shuibao", "-A", "trust", "-E", "UTF8"], owner)
        _run([*control, "-o", f"-k {home} {_FAST}", "start"], owner)
        try:
            yield f"postgresql://shuibao@/postgres?host={home}"
        finally:
            _run([*control, "-m", "immediate", "stop"], owner)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _owner() -> pwd.struct_passwd | None:
    """Who runs the server: initdb refuses root, so root lends it to another account."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _run(command: list[str], owner: pwd.struct_passwd | None) -> None:
    identity = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": ()}
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **identity)  # type: ignore[call-overload]


def main() -> int:
    """The exit status of the command."""
    with server() as address:
        return subprocess.run(
            sys.argv[1:], env=os.environ | {"DATABASE_URL": address}, check=False
        ).returncode


if __name__ == "__main__":
    raise SystemExit(main())
