"""A year measured on a cluster of processes: the same bytes as on threads, the same errors."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from shuibao.science.errors import DomainError
from shuibao.workflows.annual_monitoring import load_plan, run

# distributed leaves sockets to the garbage collector
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def fingerprints(folder: Path) -> dict[str, str]:
    files = [*folder.glob("*.tif"), folder / "summary.json"]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)}


def test_a_cluster_gives_the_same_bytes_and_nothing_else(
    rugged: Any, tmp_path: Path, cluster: LocalCluster
) -> None:
    rugged.top["year"] = 2024
    run(load_plan(rugged.run_file("2024.toml")), out=tmp_path / "r2024")
    rugged.top |= {"year": 2025, "baseline": "r2024"}
    plan = load_plan(rugged.run_file("2025.toml", rotation={"constant": 0.3}))
    run(plan, out=tmp_path / "threads", tile=1000)
    run(plan, out=tmp_path / "cluster", tile=17, cluster=cluster.scheduler_address)
    assert fingerprints(tmp_path / "cluster") == fingerprints(tmp_path / "threads")
    assert {path.name for path in (tmp_path / "cluster").iterdir()} == {
        path.name for path in (tmp_path / "threads").iterdir()
    }


def test_an_error_on_a_worker_arrives_as_one_line(
    landscape: Any, tmp_path: Path, cluster: LocalCluster
) -> None:
    path = landscape.folder / "dem.tif"
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(DomainError, match=r"dem\.tif") as caught:
        run(load_plan(landscape.run_file()), out=tmp_path / "out", cluster=cluster.scheduler_address)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()
