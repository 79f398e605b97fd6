"""`shuibao check` says in plain words what is missing or unsafe."""

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection


def check(**place: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHUIBAO_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "shuibao", "check"],
        env=kept | {"DATABASE_URL": ""} | place,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_setting_is_named_in_one_line(tmp_path: Path) -> None:
    found = check(SHUIBAO_DATA=str(tmp_path))
    assert found.returncode == 2
    assert "SHUIBAO_SECRET_KEY" in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1


def test_a_wrong_setting_is_named_with_its_value(tmp_path: Path) -> None:
    found = check(SHUIBAO_DATA=str(tmp_path), SHUIBAO_SECRET_KEY="x", SHUIBAO_HTTPS="true")
    assert found.returncode == 2
    assert "SHUIBAO_HTTPS = 'true'" in found.stderr


def test_what_is_unsafe_is_a_problem(tmp_path: Path) -> None:
    found = check(
        SHUIBAO_DATA=str(tmp_path),
        SHUIBAO_SECRET_KEY="short",
        SHUIBAO_HTTPS="no",
        SHUIBAO_DEBUG="yes",
        SHUIBAO_HOSTS="*",
    )
    assert found.returncode == 1
    for words in ("只有 5 个字符", "明文传输", "SHUIBAO_DEBUG", "SHUIBAO_HOSTS = *", "shuibao migrate"):
        assert words in found.stdout


def test_a_database_out_of_reach_is_said_not_thrown(tmp_path: Path) -> None:
    found = check(
        SHUIBAO_DATA=str(tmp_path),
        SHUIBAO_SECRET_KEY="k" * 50,
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
    )
    assert found.returncode == 1
    assert "连不上（postgresql）" in found.stdout
    assert connection.vendor not in found.stderr
