"""A backup brings everything back, on either database and from SQLite into PostgreSQL, or nothing."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

SEED = """
from datetime import date
import shapely
from django.conf import settings
from shuibao.platform.accounts.models import Grant, Organisation, User
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region

region = Region.objects.create(
    code="999802", name="示例区", level="county", boundary=shapely.box(111, 35, 111.123456789, 35.1)
)
user = User.objects.create_user("keeper", password="longEnough-4711", name="保管员", phone="13800001111")
Organisation.objects.create(code="demo-water", name="示例水务局", kind="water", region=region)
Grant.objects.create(user=user, role="engineer", region=region, valid_from=date(2026, 1, 1))
record(region, "regions.changed", "新增", by=user, after={"name": "示例区", "area_km2": 100.5})
(settings.PRODUCTS / "999802").mkdir(parents=True)
(settings.PRODUCTS / "999802" / "summary.json").write_text('{"rate": 77.25}')
(settings.FILES / "ab").mkdir(parents=True)
(settings.FILES / "ab" / "cdef").write_bytes(bytes(range(256)) * 5000)
"""

Place = dict[str, str]


def run(place: Place, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | place,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def shuibao(place: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(place, "-m", "shuibao", *arguments)


def done(found: subprocess.CompletedProcess[str]) -> str:
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def make_place(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Place]:
    """An installation with a data folder and a database of its own, of the kind the tests run on."""
    root = tmp_path_factory.mktemp("places")

    def make(name: str, *, on: str = settings.DATABASES["default"]["ENGINE"]) -> Place:
        place = {"SHUIBAO_DATA": str(root / name), "SHUIBAO_SECRET_KEY": "k" * 50, "DATABASE_URL": ""}
        if on.endswith("postgresql"):
            place["DATABASE_URL"] = _new_postgresql_database(name)
        return place

    return make


def _new_postgresql_database(name: str) -> str:
    """An empty database beside the one of the tests."""
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(f"place_{name}")))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"place_{name}")))
    return address.replace("/postgres?", f"/place_{name}?")


@pytest.fixture(scope="module")
def used(make_place: Callable[..., Place]) -> Place:
    """An installation on SQLite in which somebody has worked."""
    place = make_place("used", on="sqlite")
    done(shuibao(place, "migrate"))
    start = "from shuibao.platform.start import start_django; start_django()\n"
    done(run(place, "-c", start + SEED))
    return place


def members(path: Path) -> dict[str, tuple[str, int | None]]:
    with zipfile.ZipFile(path) as archive:
        found = json.loads(archive.read("manifest.json"))["members"]
    return {member["name"]: (member["sha256"], member["rows"]) for member in found}


def test_what_was_backed_up_comes_back_row_for_row(
    used: Place, make_place: Callable[..., Place], tmp_path: Path
) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    assert "2 个文件" in done(shuibao(used, "backup", str(first)))
    assert first.stat().st_mode & 0o077 == 0
    fresh = make_place("fresh")
    assert "逐个核对无误" in done(shuibao(fresh, "restore", str(first)))
    done(shuibao(fresh, "backup", str(second)))
    assert members(first) == members(second)
    assert members(first)["database/core.region.jsonl"][1] > 100
    assert "日志完好" in done(shuibao(fresh, "verify-log"))
    again = shuibao(fresh, "restore", str(first))
    assert again.returncode == 2
    assert "恢复不覆盖" in again.stderr


def test_a_row_added_after_a_restore_gets_a_key_of_its_own(
    used: Place, make_place: Callable[..., Place], tmp_path: Path
) -> None:
    backup = tmp_path / "backup.zip"
    done(shuibao(used, "backup", str(backup)))
    fresh = make_place("next")
    done(shuibao(fresh, "restore", str(backup)))
    script = (
        "from shuibao.platform.start import start_django; start_django()\n"
        "from shuibao.platform.accounts.models import User\n"
        "print(User.objects.create_user('new', password='longEnough-4712', name='新').pk)"
    )
    assert int(done(run(fresh, "-c", script))) > 1


@pytest.mark.parametrize(
    ("name", "words"), [("files/ab/cdef", "与清单不符"), ("database/core.region.jsonl", "与清单不符")]
)
def test_a_backup_with_one_changed_byte_restores_nothing(
    used: Place, make_place: Callable[..., Place], tmp_path: Path, name: str, words: str
) -> None:
    whole, broken = tmp_path / "whole.zip", tmp_path / "broken.zip"
    done(shuibao(used, "backup", str(whole)))
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for entry in source.namelist():
            content = source.read(entry)
            target.writestr(entry, content[:-2] + b"x\n" if entry == name else content)
    fresh = make_place("broken")
    refused = shuibao(fresh, "restore", str(broken))
    assert refused.returncode == 2
    assert words in refused.stderr
    assert not (Path(fresh["SHUIBAO_DATA"]) / "products").exists()
    done(shuibao(fresh, "restore", str(whole)))


def test_a_backup_that_was_cut_short_is_refused(
    used: Place, make_place: Callable[..., Place], tmp_path: Path
) -> None:
    whole, short = tmp_path / "whole.zip", tmp_path / "short.zip"
    done(shuibao(used, "backup", str(whole)))
    short.write_bytes(whole.read_bytes()[:5000])
    refused = shuibao(make_place("short"), "restore", str(short))
    assert refused.returncode == 2
    assert "读不了备份" in refused.stderr
    twice = shuibao(used, "backup", str(whole))
    assert "不覆盖旧文件" in twice.stderr
