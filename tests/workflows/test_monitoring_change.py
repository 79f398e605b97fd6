"""Two years compared: transitions, lasting patch ids, and which factor did what."""

from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest

from shuibao.science.errors import InputError
from shuibao.workflows.annual_monitoring import MonitoringResult, load_plan, run


def two_years(land: Any, tmp_path: Path, after: dict[str, Any]) -> tuple[MonitoringResult, MonitoringResult]:
    land.top["year"] = 2024
    first = run(load_plan(land.run_file("2024.toml")), out=tmp_path / "r2024")
    land.top |= {"year": 2025, "baseline": "r2024"}
    second = run(load_plan(land.run_file("2025.toml", **after)), out=tmp_path / "r2025")
    return first, second


def test_more_rain_alone_explains_the_whole_change(rugged: Any, tmp_path: Path) -> None:
    weights = rugged.sections["rainfall"]["half_month_weights"]
    wetter = {"rainfall": {"constant": 2 * 1628.71, "half_month_weights": weights}}
    first, second = two_years(rugged, tmp_path, wetter)
    change = second.change
    assert change is not None
    shares = change.attribution[""]
    assert shares["R"][1] == pytest.approx(second.totals.mean_loss_t_km2_a - first.totals.mean_loss_t_km2_a)
    assert shares["R"][0] == pytest.approx(second.totals.erosion_area_km2 - first.totals.erosion_area_km2)
    for factor in "KLSBET":
        assert shares[factor] == (0, 0)
    assert shares["residual"] == pytest.approx((0, 0), abs=1e-9)


def test_shares_residual_and_observed_change_add_up_in_every_zone(rugged: Any, tmp_path: Path) -> None:
    land_use = np.full(rugged.shape, 43, np.uint8)
    land_use[:, 30:60] = 13
    rugged.raster("lu2025.tif", land_use)
    after = {"land_use": {"raster": "lu2025.tif"}, "measures": None, "tolerance": {"constant": 500}}
    _, second = two_years(rugged, tmp_path, after)
    assert second.change is not None
    for shares in second.change.attribution.values():
        parts = np.array([shares[name] for name in ("R", "K", "L", "S", "B", "E", "T", "residual")])
        assert parts.sum(axis=0) == pytest.approx(np.array(shares["observed"]))
        assert shares["residual"][0] != 0


def test_rows_and_columns_of_the_transition_are_the_two_years(rugged: Any, tmp_path: Path) -> None:
    first, second = two_years(rugged, tmp_path, {"rotation": {"constant": 0.1}})
    assert second.change is not None
    for place, zone in enumerate(second.zones):
        matrix = second.change.transition_km2[zone.code]
        assert matrix.sum(axis=1) == pytest.approx(first.zones[place].class_area_km2)
        assert matrix.sum(axis=0) == pytest.approx(zone.class_area_km2)
    status = second.change.status_km2[""]
    assert status["新增"] == status["加重"] == 0
    assert status["消减"] == pytest.approx(first.totals.erosion_area_km2 - second.totals.erosion_area_km2)


def test_patches_keep_their_ids_and_say_what_became_of_them(landscape: Any, tmp_path: Path) -> None:
    two_years(landscape, tmp_path, {"rotation": {"constant": 0.2}})
    before = geopandas.read_file(tmp_path / "r2024" / "patches.gpkg", layer="patches")
    after = geopandas.read_file(tmp_path / "r2025" / "patches.gpkg", layer="patches")
    ended = geopandas.read_file(tmp_path / "r2025" / "patches.gpkg", layer="ended")
    assert set(after.loc[after.land_use == 43, "id"]) == set(before.loc[before.land_use == 43, "id"])
    assert set(after["status"]) <= {"新增", "减轻", "加重", "存量"}
    assert (after.loc[after.land_use == 13, "status"] == "减轻").any()
    kept = after[after["first_year"] == 2024]
    assert len(kept) > 0
    assert set(kept["id"]) <= set(before["id"])
    assert set(ended["status"]) <= {"消减"}
    assert after["id"].is_unique


def test_a_patch_that_healed_is_listed_as_ended(landscape: Any, tmp_path: Path) -> None:
    two_years(landscape, tmp_path, {"rotation": {"constant": 0.001}})
    ended = geopandas.read_file(tmp_path / "r2025" / "patches.gpkg", layer="ended")
    assert len(ended) > 0
    assert set(ended["land_use"]) == {13}


def test_patches_are_whole_and_no_smaller_than_asked(rugged: Any, tmp_path: Path) -> None:
    rugged.sections["patches"] = {"min_area_m2": 900}
    result = run(load_plan(rugged.run_file()), out=tmp_path / "out")
    patches = geopandas.read_file(tmp_path / "out" / "patches.gpkg", layer="patches")
    assert (patches["area_m2"] >= 900 * 0.999).all()
    assert patches.geometry.area.to_numpy() == pytest.approx(patches["area_m2"].to_numpy(), rel=1e-3)
    assert patches["class"].between(2, 6).all()
    assert patches.geometry.is_valid.all()
    assert result.patch_count == len(patches)
    assert result.patch_area_km2 <= result.totals.erosion_area_km2


def test_a_baseline_on_another_grid_is_refused(landscape: Any, tmp_path: Path) -> None:
    landscape.top["year"] = 2024
    run(
        load_plan(landscape.run_file("2024.toml", dem={"file": "dem.tif", "resolution_m": 20})),
        out=tmp_path / "r",
    )
    landscape.top |= {"year": 2025, "baseline": "r"}
    with pytest.raises(InputError, match="两年不能逐格比较"):
        run(load_plan(landscape.run_file()))


def test_a_baseline_must_be_earlier_and_a_result(landscape: Any, tmp_path: Path) -> None:
    run(load_plan(landscape.run_file()), out=tmp_path / "r")
    landscape.top["baseline"] = "r"
    with pytest.raises(InputError, match="应早于"):
        run(load_plan(landscape.run_file()))
    landscape.top["baseline"] = "."
    with pytest.raises(InputError, match="不是一次监测的结果目录"):
        load_plan(landscape.run_file())


def test_tiles_and_threads_do_not_change_a_comparison(rugged: Any, tmp_path: Path) -> None:
    land_use = np.full(rugged.shape, 43, np.uint8)
    land_use[:, 30:60] = 13
    rugged.raster("lu2025.tif", land_use)
    two_years(rugged, tmp_path, {"land_use": {"raster": "lu2025.tif"}, "rotation": {"constant": 0.2}})
    found = []
    for tile, workers in ((512, 1), (23, 2)):
        out = tmp_path / f"tile{tile}"
        run(load_plan(rugged.folder / "2025.toml"), out=out, tile=tile, workers=workers)
        layers = [geopandas.read_file(out / "patches.gpkg", layer=name) for name in ("patches", "ended")]
        tables = [layer.drop(columns="geometry").astype(str).to_dict("list") for layer in layers]
        outlines = [layer.geometry.to_wkt().tolist() for layer in layers]
        found.append(((out / "summary.json").read_bytes(), tables, outlines))
    assert len(found[0][2][0]) > 10
    assert found[0] == found[1]
