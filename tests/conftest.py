"""What all tests share: hypothesis without deadlines (kernels compile first), the reference folder."""

from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("shuibao", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("shuibao")


@pytest.fixture(scope="session")
def reference() -> Path:
    """Small real data that may be shipped, each file attributed in its README."""
    return Path(__file__).parent / "reference"
