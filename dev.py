#!/usr/bin/env python3
"""Everything a developer or a visitor does, with the standard library only: setup, demo, test, lint, bench.

python3 dev.py demo     installs, loads the demo of Yuncheng and serves it at http://127.0.0.1:8000
python3 dev.py test     installs, checks the code, runs the tests
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
# What Django's type plugin needs to read the settings; nothing is written there.
TYPES_ENVIRONMENT = {
    "SHUIBAO_DATA": str(VENV / "types"),
    "SHUIBAO_SECRET_KEY": "only-for-types",
    "SHUIBAO_HTTPS": "no",
}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """The exit status of the command asked for."""
    if sys.version_info < (3, 11):  # noqa: UP036 (any Python may be asked to run this file)
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
        return 2
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("setup", help="make .venv and install what the program needs")
    demo = commands.add_parser("demo", help="install and run the demo")
    demo.add_argument("--data", default="demo", help="folder for the demo's data and results")
    demo.add_argument("--port", type=int, default=8000, help="where to serve it (8000)")
    demo.add_argument("--fresh", action="store_true", help="empty the demo first")
    test = commands.add_parser("test", help="install, lint and test")
    test.add_argument("--quick", action="store_true", help="leave out what is slow; CI never does")
    test.add_argument("rest", nargs="*", help="arguments for pytest (after --)")
    commands.add_parser("lint", help="ruff, mypy, import-linter")
    bench = commands.add_parser("bench", help="run the benchmarks of docs/performance.md")
    bench.add_argument("names", nargs="*", help="which scripts of bench/ (all when none is named)")
    args = parser.parse_args()
    actions = {
        "setup": lambda: install("run"),
        "demo": lambda: run_demo(args.data, args.port, fresh=args.fresh),
        "test": lambda: run_tests(args.rest, quick=args.quick),
        "lint": run_lint,
        "bench": lambda: run_benchmarks(args.names),
    }
    return actions[args.command]()


def install(lock: str) -> int:
    """Makes .venv and installs the locked packages, unless this lock is in it already."""
    wanted = fingerprint(lock)
    stamps = [VENV / f"shuibao-{name}.stamp" for name in (lock, "dev")]
    if any(stamp.exists() and stamp.read_text() == fingerprint(stamp.stem[8:]) for stamp in stamps):
        return 0
    if not PYTHON.exists():
        print("making .venv …", flush=True)
        venv.create(VENV, with_pip=True, clear=VENV.exists())
    print(f"installing the packages of constraints/{lock}.txt …", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    locked = ["--require-hashes", "-r", str(ROOT / "constraints" / f"{lock}.txt")]
    project = ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    status = call([*pip, *locked]) or call([*pip, *project])
    if status == 0:
        (VENV / f"shuibao-{lock}.stamp").write_text(wanted)
    return status


def fingerprint(lock: str) -> str:
    """Hash of all that an installation depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for file in (ROOT / "constraints" / f"{lock}.txt", ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def run_demo(data: str, port: int, *, fresh: bool) -> int:
    """Installs and runs the demo until it is interrupted."""
    if status := install("run"):
        return status
    demo = [str(PYTHON), "-m", "shuibao.cli.main", "demo", "--data", data, "--port", str(port)]
    return call([*demo, "--fresh"] if fresh else demo)


def run_lint() -> int:
    """Format, style, types and floors; the first failure ends it."""
    if status := install("dev"):
        return status
    checks = (
        [str(PYTHON), "-m", "ruff", "format", "--check", "--quiet", "."],
        [str(PYTHON), "-m", "ruff", "check", "--quiet", "."],
        [str(PYTHON), "-m", "mypy"],
        [str(BIN / "lint-imports")],
    )
    return next((status for status in map(call, checks) if status), 0)


def run_tests(rest: list[str], *, quick: bool) -> int:
    """Lint, then pytest with coverage, then the platform's tests again on PostgreSQL.

    Says first which optional parts this machine lacks.
    """
    if status := install("dev"):
        return status
    for line in missing_parts():
        print(f"NOT RUN: {line}", flush=True)
    selection = ["-m", "not slow and not browser"] if quick else []
    pytest = [
        str(PYTHON),
        "-m",
        "pytest",
        "-q",
        "--cov",
        "--cov-report=term",
        "--durations=10",
        *selection,
        *rest,
    ]
    return run_lint() or call(pytest) or (0 if quick else run_postgresql_tests(rest))


def run_postgresql_tests(rest: list[str]) -> int:
    """The platform's tests on a throw-away PostgreSQL, where a server is installed."""
    if not has_postgresql():
        return 0
    print("again, on PostgreSQL:", flush=True)
    tests = [str(PYTHON), "-m", "pytest", "-q", "--no-cov", "tests/platform", *rest]
    return call([str(PYTHON), str(ROOT / "tests" / "postgresql.py"), *tests])


def has_postgresql() -> bool:
    """Whether a server is installed (Debian keeps its programs out of the path)."""
    return bool(shutil.which("pg_ctl")) or any(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))


def missing_parts() -> list[str]:
    """The optional parts of the tests that cannot run here, with the reason and the remedy."""
    missing = []
    if not any(shutil.which(name) for name in CHROMIUM_NAMES):
        missing.append("browser tests: no Chromium found (Debian: apt-get install chromium fonts-noto-cjk)")
    if not has_postgresql():
        missing.append("the platform's tests on PostgreSQL: no server (Debian: apt-get install postgresql)")
    if not (ROOT.parent / "shared" / "data").is_dir():
        missing.append("tests on data that may not be shipped: no folder ../shared/data beside the checkout")
    return missing


def run_benchmarks(names: list[str]) -> int:
    """Runs scripts of bench/ one after the other."""
    if status := install("dev"):
        return status
    scripts = sorted((ROOT / "bench").glob("*.py"))
    chosen = [
        script
        for script in scripts
        if script.stem in names or (not names and script.stem not in ("dem", "grass"))
    ]
    return next((status for script in chosen if (status := call([str(PYTHON), str(script)]))), 0)


def call(command: list[str]) -> int:
    """Exit status of a command run in the project's root."""
    environment = os.environ | TYPES_ENVIRONMENT if "mypy" in command else None
    return subprocess.run(command, cwd=ROOT, check=False, env=environment).returncode


if __name__ == "__main__":
    raise SystemExit(main())
