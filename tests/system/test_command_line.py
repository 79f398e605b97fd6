"""`shuibao` as a user meets it: one-line errors, exit statuses, and nothing left behind after Ctrl-C."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

SHUIBAO = [sys.executable, "-m", "shuibao.cli.main"]

MINI_YEAR = {
    "04-20": 14.2, "05-03": 11, "05-18": 9.8, "06-15": 22.4, "06-16": 31, "07-01": 18.6, "07-15": 45.3,
    "07-16": 62.5, "07-31": 12, "08-09": 27.7, "08-28": 80.1, "09-11": 15.5, "10-02": 13.3, "11-05": 10,
}  # fmt: skip


def shuibao(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SHUIBAO, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def write_run(folder: Path, cells: int = 60) -> Path:
    transform = Affine(30, 0, 500_000, 0, -30, 3_900_000)
    rows = np.arange(cells)[:, None] + np.zeros(cells)
    noise = np.random.default_rng(5).random((cells, cells)) * 4
    profile = {"driver": "GTiff", "height": cells, "width": cells, "count": 1, "crs": "EPSG:4546"}
    with rasterio.open(folder / "dem.tif", "w", dtype="float32", transform=transform, **profile) as dataset:
        dataset.write((1500 - rows + noise).astype(np.float32), 1)
    side = cells * 30
    right, bottom = 500_000 + side, 3_900_000 - side
    ring = [
        [500_000, 3_900_000],
        [right, 3_900_000],
        [right, bottom],
        [500_000, bottom],
        [500_000, 3_900_000],
    ]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    zone = {"type": "Feature", "properties": {"c": "1", "n": "甲"}, "geometry": polygon}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4546"}}
    collection = {"type": "FeatureCollection", "crs": crs, "features": [zone]}
    (folder / "zones.geojson").write_text(json.dumps(collection), encoding="utf-8")
    (folder / "RUN.toml").write_text(
        'title = "试"\nyear = 2025\n[dem]\nfile = "dem.tif"\n[zones]\nfile = "zones.geojson"\n'
        'code = "c"\nname = "n"\n[rainfall]\nconstant = 1500\n[soil]\nconstant = 0.04\n'
        "[land_use]\nconstant = 43\n[cover]\nconstant = 0.1\n[tolerance]\nconstant = 1000\n",
        encoding="utf-8",
    )
    return folder / "RUN.toml"


def test_a_run_prints_the_rate_and_where_the_report_is(tmp_path: Path) -> None:
    done = shuibao(
        "monitor", write_run(tmp_path), "--out", tmp_path / "out", "--tile", "32", "--workers", "2"
    )
    assert done.returncode == 0, done.stderr
    assert "水土保持率" in done.stdout
    assert "report.html" in done.stdout
    products = {path.name for path in (tmp_path / "out").iterdir()}
    rasters = {f"{name}.tif" for name in ("soil_loss", "intensity", "ls", *"rklsbet")}
    assert products == rasters | {
        "patches.gpkg",
        "summary.json",
        "summary.xlsx",
        "report.html",
        "provenance.json",
    }


def test_set_and_rules_change_a_run(tmp_path: Path) -> None:
    run_file = write_run(tmp_path)
    overlay = tmp_path / "site.toml"
    overlay.write_text('[[rule]]\nid = "terrain.length.max_m"\nvalue = 100\nbasis = "x"\nverified_by = "y"\n')
    means = []
    for name, options in (
        ("a", []),
        ("b", ["--set", "terrain.slope_length_max_m=100"]),
        ("c", ["--rules", overlay]),
    ):
        done = shuibao("monitor", run_file, "--out", tmp_path / name, *options)
        assert done.returncode == 0, done.stderr
        summary = json.loads((tmp_path / name / "summary.json").read_text(encoding="utf-8"))
        means.append(summary["totals"]["mean_loss_t_km2_a"])
    assert means[0] > means[1] == means[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["monitor", "none.toml", "--out", "x"], "none.toml"),
        (["monitor", "{run}", "--out", "{folder}"], "已存在且不为空"),
        (["monitor", "{run}", "--out", "/proc/none/x"], "不能在"),
        (["monitor", "{run}", "--out", "{folder}/x", "--set", "soil.constant=oops"], "[soil] constant"),
        (["monitor", "{run}", "--out", "{folder}/x", "--rules", "none.toml"], "none.toml"),
        (["rules", "show", "no.such.rule"], "没有规则 no.such.rule"),
        (["erosivity", "none.csv"], "none.csv"),
    ],
)
def test_errors_are_one_line_and_status_2(tmp_path: Path, arguments: list[str], message: str) -> None:
    run_file = write_run(tmp_path)
    done = shuibao(*(text.format(run=run_file, folder=tmp_path) for text in arguments))
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("错误：")
    assert message in last
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_product(tmp_path: Path, stop: signal.Signals) -> None:
    run_file = write_run(tmp_path, cells=1200)
    before = sorted(path.name for path in tmp_path.iterdir())
    with subprocess.Popen(
        [*SHUIBAO, "monitor", str(run_file), "--out", str(tmp_path / "out")],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 120
        while not list(tmp_path.glob(".out.*.partial/*.work.tif")):
            assert process.poll() is None, "ended before it could be interrupted"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(stop)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "没有留下半成品" in errors
    assert "Traceback" not in errors
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    """A limit on file size stands for the full disk: writes fail half-way."""
    run_file = write_run(tmp_path, cells=900)
    before = sorted(path.name for path in tmp_path.iterdir())
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20));"
        "from shuibao.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "monitor", str(run_file), "--out", str(tmp_path / "out")],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "磁盘空间" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_erosivity_prints_json(tmp_path: Path) -> None:
    rain = tmp_path / "rain.csv"
    rain.write_text("station,date,mm\n" + "".join(f"M,2023-{day},{mm}\n" for day, mm in MINI_YEAR.items()))
    done = shuibao("erosivity", rain, "--absent-days", "dry", "--json")
    assert done.returncode == 0, done.stderr
    station = json.loads(done.stdout)["stations"][0]
    assert station["station"] == "M"
    assert station["R"] == pytest.approx(2130.039, abs=5e-4)
    assert station["half_months"][15] == pytest.approx(761.7053, abs=5e-5)
    assert len(station["half_months"]) == 24
    assert station["years"] == 1
    assert shuibao("erosivity", rain).returncode == 2


def test_rules_are_listed_and_shown() -> None:
    listed = shuibao("rules", "list")
    assert listed.returncode == 0
    assert "measure.020101" in listed.stdout
    assert "null（未知，不能计算）" in listed.stdout
    shown = shuibao("rules", "show", "measure.020101")
    assert "0.084" in shown.stdout
    assert "未核验" in shown.stdout


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "shuibao", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("shuibao ")
