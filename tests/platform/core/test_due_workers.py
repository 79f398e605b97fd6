"""Several workers on one database file: no row is run twice, none is lost when a worker is killed."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

WORKER = textwrap.dedent(
    """
    import sys, time
    import django
    django.setup()
    from django.utils import timezone
    from shuibao.platform.core import due
    from shuibao.platform.core.events import record
    from shuibao.platform.core.models import DueRow, Region

    @due.on_due("test.count")
    def count(facts):
        Region.objects.create(code=facts["code"], name="一次", level="county")
        time.sleep(facts.get("seconds", 0))

    @due.on_due("test.marked")
    def marked(facts):
        record(Region.objects.get(pk="140000"), "test.ran", facts["name"])

    name = sys.argv[1]
    print("ready", flush=True)
    until = time.monotonic() + float(sys.argv[2])
    ran = 0
    while time.monotonic() < until:
        n = due.run_due("duty", name, limit=5)
        ran += n
        if not n:
            time.sleep(0.05)
    print(ran, flush=True)
    """
)


def _python(code: str, environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _run(code: str, environment: dict[str, str]) -> str:
    done = _python("import django\ndjango.setup()\n" + textwrap.dedent(code), environment)
    out, err = done.communicate(timeout=240)
    assert done.returncode == 0, err
    return out


def test_three_workers_on_one_file_run_every_row_once(installation: dict[str, str]) -> None:
    _run(
        """
        from django.utils import timezone
        from shuibao.platform.core import due
        from shuibao.platform.core.models import Region
        Region.objects.create(code="140000", name="省", level="province")
        for n in range(60):
            due.schedule("test.marked", str(n), timezone.now(), name=str(n))
        """,
        installation,
    )
    workers = [_python(WORKER, installation, f"w{n}", "6") for n in range(3)]
    answers = [worker.communicate(timeout=240) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0], answers
    ran = [int(out.split()[-1]) for out, _ in answers]
    assert sum(ran) == 60
    told = _run(
        """
        from shuibao.platform.core.events import verify
        from shuibao.platform.core.models import DueRow, Event
        texts = list(Event.objects.filter(verb="test.ran").values_list("text", flat=True))
        open_rows = DueRow.objects.filter(kind="test.marked", done_at=None).count()
        print(len(texts), len(set(texts)), verify().broken_at, open_rows)
        """,
        installation,
    )
    assert told.split() == ["60", "60", "None", "0"]


def test_what_a_killed_worker_had_begun_is_undone_and_run_by_another(installation: dict[str, str]) -> None:
    _run(
        """
        from django.utils import timezone
        from shuibao.platform.core import due
        due.schedule("test.count", "one", timezone.now(), code="140001", seconds=2)
        """,
        installation,
    )
    victim = _python(WORKER, installation, "victim", "60")
    assert victim.stdout is not None
    victim.stdout.readline()
    time.sleep(1)
    victim.kill()
    victim.communicate(timeout=30)
    told = _run(
        """
        from datetime import timedelta
        from django.utils import timezone
        from shuibao.platform.core import due
        from shuibao.platform.core.models import DueRow, Region
        from shuibao.platform.core.due_kinds import KINDS
        row = DueRow.objects.get(kind="test.count")
        print(row.claimed_by, row.attempts, row.done_at, Region.objects.filter(code="140001").count())
        due.on_due("test.count")(lambda facts: Region.objects.create(code=facts["code"], name="一次"))
        later = timezone.now() + due.STALE_AFTER + timedelta(seconds=1)
        print(due.run_due("duty", "heir"), due.run_due("duty", "heir", clock=lambda: later))
        print(Region.objects.filter(code="140001").count())
        """,
        installation,
    )
    assert told.split() == ["victim", "1", "None", "0", "0", "1", "1"]


@pytest.fixture
def installation(tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """The environment of a migrated database: a file of its own, or the PostgreSQL of DATABASE_URL."""
    environment = {**os.environ, "SHUIBAO_DATA": str(tmp_path)}
    if environment.get("DATABASE_URL", "").startswith("postgres"):
        request.getfixturevalue("transactional_db")
        from django.db import connection

        address, _, query = environment["DATABASE_URL"].partition("?")
        name = connection.settings_dict["NAME"]
        environment["DATABASE_URL"] = f"{address.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    else:
        environment["DATABASE_URL"] = ""
        migrated = request.getfixturevalue("migrated_file")
        (tmp_path / "shuibao.sqlite3").write_bytes(migrated.read_bytes())
    return environment


@pytest.fixture(scope="module")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, closed."""
    folder = tmp_path_factory.mktemp("migrated")
    environment = {**os.environ, "SHUIBAO_DATA": str(folder), "DATABASE_URL": ""}
    _run(
        """
        from django.core.management import call_command
        from django.db import connection
        call_command("migrate", verbosity=0)
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        """,
        environment,
    )
    return folder / "shuibao.sqlite3"
