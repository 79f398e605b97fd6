"""The platform under load: pages, interfaces, exports and imports on 200 000 polygons and 20 000 points.

    python bench/platform.py                          SQLite, and PostgreSQL where a server is installed
    python bench/platform.py --database sqlite --rows 20000 --clients 1

A scratch installation (bench/platform_site) is filled and served by `shuibao serve --workers 2`; a few
clients, each signed in as an officer of the province, ask one page after the other, first alone, then while
imports run. A twentieth of --rows is imported at a time, half of it new and half changed, by a process of its
own, as by a worker. For one request the tables say what CPU the processes of the server (and of PostgreSQL)
used, and how long they were ready to run and had no core: other work on the machine shows there. Linux only.
"""

import importlib.util
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """The exit status of the benchmark."""
    sys.path.insert(0, str(HERE / "platform_site"))
    from measuring import run

    return run(HERE.parent, __doc__ or "")


if __name__ == "__main__":
    raise SystemExit(main())
# A script beside this one wants Python's own `platform` and found this file first: it gets that one.
_spec = importlib.util.spec_from_file_location(__name__, Path(sysconfig.get_path("stdlib")) / "platform.py")
assert _spec is not None
assert _spec.loader is not None
sys.modules[__name__] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules[__name__])
