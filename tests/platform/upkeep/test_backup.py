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


@pytest.fixture(scope="module")
def whole(used: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its backup."""
    file = tmp_path_factory.mktemp("backups") / "whole.zip"
    assert "2 个文件" in done(shuibao(used, "backup", str(file)))
    return file


def members(path: Path) -> dict[str, tuple[str, int | None]]:
    with zipfile.ZipFile(path) as archive:
        found = json.loads(archive.read("manifest.json"))["members"]
    return {member["name"]: (member["sha256"], member["rows"]) for member in found}


def with_one_byte_changed(whole: Path, broken: Path, name: str) -> Path:
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for entry in source.namelist():
            content = source.read(entry)
            target.writestr(entry, content[:-2] + b"x\n" if entry == name else content)
    return broken


def test_a_backup_is_for_its_owner_alone_and_overwrites_nothing(used: Place, whole: Path) -> None:
    assert whole.stat().st_mode & 0o077 == 0
    again = shuibao(used, "backup", str(whole))
    assert again.returncode == 2
    assert "不覆盖旧文件" in again.stderr


def test_what_was_backed_up_comes_back_row_for_row(
    whole: Path, make_place: Callable[..., Place], tmp_path: Path
) -> None:
    fresh, second = make_place("fresh"), tmp_path / "second.zip"
    assert "逐个核对无误" in done(shuibao(fresh, "restore", str(whole)))
    done(shuibao(fresh, "backup", str(second)))
    assert members(whole) == members(second)
    assert members(whole)["database/core.region.jsonl"][1] > 100
    assert "日志完好" in done(shuibao(fresh, "verify-log"))
    script = (
        "from shuibao.platform.start import start_django; start_django()\n"
        "from shuibao.platform.accounts.models import User\n"
        "print(User.objects.create_user('new', password='longEnough-4712', name='新').pk)"
    )
    assert int(done(run(fresh, "-c", script))) > 1  # the keys of the restored rows are taken
    again = shuibao(fresh, "restore", str(whole))
    assert again.returncode == 2
    assert "恢复不覆盖" in again.stderr


def test_a_damaged_backup_restores_nothing(
    whole: Path, make_place: Callable[..., Place], tmp_path: Path
) -> None:
    fresh = make_place("damaged")
    for number, name in enumerate(("files/ab/cdef", "database/core.region.jsonl")):
        broken = with_one_byte_changed(whole, tmp_path / f"{number}.zip", name)
        refused = shuibao(fresh, "restore", str(broken))
        assert refused.returncode == 2
        assert f"{name} 的内容与清单不符" in refused.stderr
    short = tmp_path / "short.zip"
    short.write_bytes(whole.read_bytes()[:5000])
    assert "读不了备份" in shuibao(fresh, "restore", str(short)).stderr
    assert not (Path(fresh["SHUIBAO_DATA"]) / "products").exists()
    done(shuibao(fresh, "restore", str(whole)))
