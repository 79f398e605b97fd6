"""Kinds of jobs that nap, people who start them, and workers that execute them."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region
from shuibao.platform.jobs import services
from shuibao.platform.jobs.models import Job

HERE = Path(__file__).parent
for folder in (HERE, HERE / "site"):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))

importlib.import_module("napping.job_kinds")
from workers import Workers  # noqa: E402  (found through the path above)


@pytest.fixture
def engineer(make_user: Callable[..., User]) -> User:
    """A monitoring engineer of Yuncheng."""
    return make_user("engineer", Role.ENGINEER)


@pytest.fixture
def start(engineer: User, regions: dict[str, Region], tmp_path: Path) -> Callable[..., Job]:
    """Starts a nap in Yuncheng; every execution leaves a line in the diary."""

    def begin(kind: str = "nap", **parameters: object) -> Job:
        parameters.setdefault("diary", str(tmp_path / "diary"))
        return services.start(kind, parameters, by=engineer, region=regions["140800"])

    return begin


@pytest.fixture
def diary(tmp_path: Path) -> Callable[[], list[str]]:
    """The lines that executions have left."""
    file = tmp_path / "diary"
    return lambda: file.read_text().split() if file.exists() else []


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[Workers]:
    """Worker processes on the test's database."""
    running = Workers(tmp_path / "worker.log")
    yield running
    running.stop()
