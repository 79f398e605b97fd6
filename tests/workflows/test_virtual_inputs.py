"""Inputs inside a zip, by GDAL's virtual names: the same result as from plain files."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shuibao.cli.main import main
from shuibao.science.errors import InputError
from shuibao.workflows.annual_monitoring import load_plan, run


def zipped(folder: Path, *names: str) -> str:
    """The virtual name of a zip with these files of the folder."""
    with zipfile.ZipFile(folder / "inputs.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.write(folder / name, name)
    return f"/vsizip/{folder}/inputs.zip"


def test_a_year_measured_from_a_zip_is_the_year_measured_from_its_files(
    rugged: Any, tmp_path: Path, read_band: Callable[[Path], Any]
) -> None:
    run(load_plan(rugged.run_file()), out=tmp_path / "plain")
    inside = zipped(tmp_path, "dem.tif", "land_use.tif", "zones.gpkg", "terraces.gpkg", "fvc.tif")
    plan = rugged.run_file(
        "virtual.toml",
        dem={"file": f"{inside}/dem.tif"},
        zones={"file": f"{inside}/zones.gpkg", "code": "code", "name": "name"},
        land_use={"raster": f"{inside}/land_use.tif"},
        cover={"fvc": f"{inside}/fvc.tif", "understorey": "understorey.csv"},
        measures={"polygons": f"{inside}/terraces.gpkg", "column": "code"},
    )
    run(load_plan(plan), out=tmp_path / "virtual", tile=33, workers=2)
    for name in ("soil_loss.tif", "intensity.tif", "b.tif", "e.tif"):
        np.testing.assert_array_equal(
            read_band(tmp_path / "virtual" / name), read_band(tmp_path / "plain" / name)
        )
    origin = json.loads((tmp_path / "virtual" / "provenance.json").read_text(encoding="utf-8"))
    assert origin["inputs"][f"{inside}/dem.tif"].startswith("pixels-sha256:")
    assert origin["inputs"][f"{inside}/zones.gpkg"].startswith("features-sha256:")
    assert len(origin["inputs"]["understorey.csv"]) == 64


def test_terrain_takes_a_dem_from_a_zip(
    rugged: Any, tmp_path: Path, read_band: Callable[[Path], Any]
) -> None:
    inside = zipped(tmp_path, "dem.tif")
    for name, dem in (("plain", str(tmp_path / "dem.tif")), ("virtual", f"{inside}/dem.tif")):
        assert main(["terrain", dem, "--out", str(tmp_path / name)]) == 0
    np.testing.assert_array_equal(
        read_band(tmp_path / "virtual/ls.tif"), read_band(tmp_path / "plain/ls.tif")
    )


def test_a_table_must_be_an_ordinary_file(rugged: Any) -> None:
    cover = {"fvc": "fvc.tif", "understorey": "/vsicurl/http://127.0.0.1/under.csv"}
    with pytest.raises(InputError, match=r"\[cover\] understorey：表格须是本机文件"):
        run(load_plan(rugged.run_file(cover=cover)))


def test_an_address_that_does_not_answer_is_named(landscape: Any) -> None:
    dem = {"file": f"/vsizip/{landscape.folder}/none.zip/dem.tif"}
    with pytest.raises(InputError, match=r"打不开 /vsizip/.*none\.zip/dem\.tif"):
        run(load_plan(landscape.run_file(dem=dem)))
