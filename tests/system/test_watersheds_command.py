"""`shuibao watersheds` as a user meets it: what it prints, one-line errors, nothing half-done."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

SHUIBAO = [sys.executable, "-m", "shuibao.cli.main", "watersheds"]


def watersheds(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SHUIBAO, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.fixture
def dem(tmp_path: Path) -> Path:
    """Hills of 900 × 900 cells."""
    rows, columns = np.indices((900, 900))
    heights = 1500 - rows + 80 * np.sin(rows / 40) * np.cos(columns / 30)
    profile = {"driver": "GTiff", "height": 900, "width": 900, "count": 1, "crs": "EPSG:4546"}
    transform = Affine(30, 0, 500_000, 0, -30, 3_900_000)
    with rasterio.open(tmp_path / "dem.tif", "w", dtype="float32", transform=transform, **profile) as dataset:
        dataset.write(heights.astype(np.float32), 1)
    return tmp_path / "dem.tif"


def test_it_prints_how_many_and_how_large_they_are(dem: Path, tmp_path: Path) -> None:
    done = watersheds(dem, "--out", tmp_path / "out", "--area-km2", "20", "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert "完整型" in done.stdout
    assert "共 729." in done.stdout or "共 728." in done.stdout
    assert "watersheds.gpkg" in done.stdout
    assert (tmp_path / "out" / "watersheds.gpkg").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["missing.tif"], "找不到栅格文件"),
        (["dem.tif", "--area-km2", "-1"], "小流域的面积"),
        (["dem.tif", "--channel-km2", "99"], "形成沟道的汇流面积"),
        (["dem.tif", "--rules", "missing.toml"], "读不了规则文件"),
    ],
)
def test_a_mistake_is_told_in_one_line(dem: Path, tmp_path: Path, arguments: list[str], reason: str) -> None:
    files = [str(tmp_path / word) if word.endswith((".tif", ".toml")) else word for word in arguments]
    done = watersheds(*files, "--out", tmp_path / "out")
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("错误：")
    assert reason in last
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [dem.name]


def test_a_folder_with_something_in_it_is_left_alone(dem: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    done = watersheds(dem, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "已存在且不为空" in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_an_interrupt_leaves_nothing(dem: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [*SHUIBAO, str(dem), "--out", str(tmp_path / "out")], stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 120
        while not list(tmp_path.glob(".out.*.partial/*.gpkg")):
            assert process.poll() is None, "ended before it could be interrupted"
            assert time.monotonic() < deadline
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "没有留下半成品" in errors
    assert [path.name for path in tmp_path.iterdir()] == [dem.name]


def test_a_full_disk_is_said_and_leaves_nothing(dem: Path, tmp_path: Path) -> None:
    """A limit on file size stands for the full disk: writes fail half-way."""
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 18, 1 << 18));"
        "from shuibao.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", limited, "watersheds", str(dem), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 2, done.stderr
    assert "磁盘空间" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [dem.name]
