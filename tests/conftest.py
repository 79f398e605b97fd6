"""What all tests share: hypothesis without deadlines (kernels compile first), settings, references."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.dispatch import receiver
from django.http import HttpRequest

_DATA = tempfile.mkdtemp(prefix="shuibao-test-")
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
Path(_DATA, "cache", "static").mkdir(parents=True)  # where collected files would lie
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "shuibao.platform.settings",
    "SHUIBAO_DATA": _DATA,
    "SHUIBAO_SECRET_KEY": "only-for-tests",
    "SHUIBAO_HTTPS": "no",
    "SHUIBAO_DEMO": "no",
}

django.setup()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, for tests only


@receiver(user_logged_in)
def a_forced_sign_in_is_a_whole_one(request: HttpRequest, user: object, **_facts: object) -> None:
    """`client.force_login` (its request has no path) stands for password and second factor."""
    if not request.path:
        request.session["second_factor"] = user.pk  # type: ignore[attr-defined]


hypothesis.settings.register_profile("shuibao", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("shuibao")


@pytest.fixture(scope="session")
def reference() -> Path:
    """Small real data that may be shipped, each file attributed in its README."""
    return Path(__file__).parent / "reference"


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """SQLite's test database is a file: threads and worker processes of the tests use it too."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = f"{_DATA}/test.sqlite3"
