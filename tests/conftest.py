"""What all tests share: hypothesis without deadlines (kernels compile first), settings, references."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django
import hypothesis
import pytest

_DATA = tempfile.mkdtemp(prefix="shuibao-test-")
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "shuibao.platform.settings",
    "SHUIBAO_DATA": _DATA,
    "SHUIBAO_SECRET_KEY": "only-for-tests",
    "SHUIBAO_HTTPS": "no",
    "SHUIBAO_DEMO": "no",
}

django.setup()

hypothesis.settings.register_profile("shuibao", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("shuibao")


@pytest.fixture(scope="session")
def reference() -> Path:
    """Small real data that may be shipped, each file attributed in its README."""
    return Path(__file__).parent / "reference"
