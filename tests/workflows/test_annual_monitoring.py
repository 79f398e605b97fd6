"""A year's monitoring: the equation cell by cell, sums that add up, one result for any tile and thread."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest

from shuibao.rules import RuleBook
from shuibao.workflows.annual_monitoring import load_plan, run


def segment_length_factor(lengths_m: np.ndarray, m: float) -> np.ndarray:
    """L of 10 m segments that end at these lengths; the first is half a cell."""
    upper = np.maximum(lengths_m - 10, 0)
    return (lengths_m ** (m + 1) - upper ** (m + 1)) / ((lengths_m - upper) * 22.13**m)


def test_every_cell_of_a_plane_is_the_product_of_its_factors(
    landscape: Any, tmp_path: Path, read_band: Callable[[Path], Any]
) -> None:
    out = tmp_path / "out"
    result = run(load_plan(landscape.run_file()), out=out)

    length = segment_length_factor(np.minimum(5 + 10 * np.arange(60.0), 300), 0.5)
    steepness = 16.8 * np.sin(np.radians(8)) - 0.5
    per_row = 1628.71 * 0.04 * length * steepness * 100
    expected = np.where(np.arange(80) < 40, per_row[:, None] * 0.4, per_row[:, None] * 0.04356)
    np.testing.assert_allclose(read_band(out / "soil_loss.tif"), expected, rtol=2e-4)  # heights in float32
    np.testing.assert_allclose(read_band(out / "l.tif"), np.repeat(length[:, None], 80, axis=1), rtol=1e-5)
    classes = np.digitize(expected, [1000, 2500, 5000, 8000, 15000]) + 1
    np.testing.assert_array_equal(read_band(out / "intensity.tif"), classes)

    cell_km2 = 1e-4
    for place, zone in enumerate(result.zones):
        inside = classes[place * 30 : place * 30 + 30]
        counts = [(inside == intensity).sum() * cell_km2 for intensity in range(1, 7)]
        assert zone.class_area_km2 == pytest.approx(counts, rel=1e-6)
        assert sum(zone.class_area_km2) == pytest.approx(zone.land_area_km2)
        assert zone.erosion_area_km2 == pytest.approx(sum(counts[1:]))
        rate = 100 * (1 - sum(counts[1:]) / sum(counts))
        assert zone.water_conservation_rate_pct == pytest.approx(rate)
        mean = expected[place * 30 : place * 30 + 30].mean()
        assert zone.mean_loss_t_km2_a == pytest.approx(mean, rel=1e-5)
    assert result.coverage_pct == 100


def test_the_summary_has_what_other_programs_expect(landscape: Any, tmp_path: Path) -> None:
    landscape.sections["targets"] = {"2025": 77.25, "2030": 78.76, "2035": 83.9}
    run(load_plan(landscape.run_file()), out=tmp_path / "out")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["year"] == 2025
    assert [zone["code"] for zone in summary["zones"]] == ["A", "B"]
    for zone in (*summary["zones"], summary["totals"]):
        assert list(zone["class_area_km2"]) == ["1", "2", "3", "4", "5", "6"]
        assert sum(zone["class_area_km2"].values()) == pytest.approx(zone["land_area_km2"])
        assert zone["polygon_area_km2"] == pytest.approx(zone["land_area_km2"], rel=1e-4)
        assert set(zone["targets"]) == {"2025", "2030", "2035"}
    assert summary["zones"][0]["targets"]["2025"] is None
    totals = summary["totals"]
    assert totals["targets"]["2035"] == 83.9
    assert totals["ceiling_km2"]["2035"] == pytest.approx(totals["land_area_km2"] * 0.161)
    assert totals["pace_km2_a"]["2035"] == pytest.approx(
        (totals["erosion_area_km2"] - totals["ceiling_km2"]["2035"]) / 10
    )
    assert totals["erosion_area_km2"] == pytest.approx(
        sum(zone["erosion_area_km2"] for zone in summary["zones"])
    )
    assert any(rule["id"] == "terrain.channel_area_km2" for rule in summary["unverified_rules"])
    assert summary["coverage_pct"] == 100


def fingerprints(folder: Path) -> dict[str, str]:
    names = sorted(
        path.name for path in folder.iterdir() if path.suffix == ".tif" or path.name == "summary.json"
    )
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def test_tiles_and_threads_do_not_change_a_byte(rugged: Any, tmp_path: Path) -> None:
    plan = load_plan(rugged.run_file())
    found = []
    for tile, workers in ((1024, 1), (64, 2), (17, 4), (33, 1)):
        out = tmp_path / f"out{tile}"
        run(plan, out=out, tile=tile, workers=workers)
        patches = geopandas.read_file(out / "patches.gpkg", layer="patches")
        found.append(
            (
                fingerprints(out),
                patches.drop(columns="geometry").to_dict("list"),
                patches.geometry.to_wkt().tolist(),
            )
        )
    assert len(found[0][0]) == 11
    assert all(other == found[0] for other in found[1:])


def test_factor_rasters_multiply_to_the_loss(
    rugged: Any, tmp_path: Path, read_band: Callable[[Path], Any]
) -> None:
    out = tmp_path / "out"
    run(load_plan(rugged.run_file()), out=out)
    factors = {name: read_band(out / f"{name}.tif").astype(np.float64) for name in "rklsbet"}
    product = np.prod([factors[name] for name in "rklsbet"], axis=0) * 100
    loss, classes = read_band(out / "soil_loss.tif"), read_band(out / "intensity.tif")
    codes = read_band(rugged.folder / "land_use.tif")
    land = np.isfinite(loss) & (codes != 71)
    np.testing.assert_allclose(loss[land], product[land], rtol=1e-6)
    np.testing.assert_allclose(
        read_band(out / "ls.tif")[land], (factors["l"] * factors["s"])[land], rtol=1e-6
    )
    assert (loss[(codes == 71) & np.isfinite(loss)] == 0).all()
    assert (classes[codes == 71] == 1).all() or (classes[codes == 71] <= 1).all()
    assert (factors["b"][np.isin(codes, (12, 13))] == 1).all()
    assert (factors["t"][~np.isin(codes, (12, 13))] == 1).all()
    assert {round(float(value), 3) for value in np.unique(factors["e"])} == {0.084, 0.249, 1.0}
    assert np.isnan(loss[20:23, 30:34]).sum() == (codes[20:23, 30:34] != 71).sum()


def test_what_has_no_data_is_missing_and_counted_against_coverage(landscape: Any) -> None:
    codes = np.full(landscape.shape, 43, np.uint8)
    codes[:, :8] = 0
    landscape.raster("land_use.tif", codes, nodata=0)
    result = run(load_plan(landscape.run_file()))
    assert result.coverage_pct == pytest.approx(90)
    assert result.totals.land_area_km2 == pytest.approx(0.9 * 0.48)
    assert any("90.00 %" in note for note in result.notes)


def test_a_zone_that_reaches_beyond_the_dem_lowers_coverage(landscape: Any) -> None:
    landscape.polygons("zones.gpkg", [landscape.rows(0, 120)], {"code": ["A"], "name": ["全"]})
    result = run(load_plan(landscape.run_file()))
    assert result.coverage_pct == pytest.approx(50, abs=0.01)


def test_every_sensitivity_scenario_equals_a_run_made_that_way(rugged: Any) -> None:
    rugged.sections["soil"] = {"constant": 0.045646}
    plan = rugged.run_file()
    panel = {scenario.label: scenario for scenario in run(load_plan(plan)).scenarios}
    reruns = {
        "本次运行": [],
        "S 四段式": ['terrain.steepness="csle4"'],
        "坡长上限 100 m": ["terrain.slope_length_max_m=100"],
        "耕地 T = 1（情景）": ["rotation.constant=1"],
        "耕地 T = 0.3（情景）": ["rotation.constant=0.3"],
        "容许土壤流失量 200 t/(km²·a)": ["tolerance.constant=200"],
        "K 按张科利 2008（SI 制）": [f"soil.constant={-0.01383 + 0.51575 * 0.045646}"],
        "K 按张科利 2008（美制）": [f"soil.constant={(-0.01383 + 0.51575 * 0.045646 / 0.1317) * 0.1317}"],
    }
    for label, overrides in reruns.items():
        rerun = run(load_plan(plan, overrides)).totals
        assert panel[label].erosion_area_km2 == pytest.approx(rerun.erosion_area_km2, rel=1e-9), label
        assert panel[label].mean_loss_t_km2_a == pytest.approx(rerun.mean_loss_t_km2_a, rel=1e-6), label
    under = "".join(f"{code},{k},{0.3 + 0.01 * k + 0.1}\n" for code in (21, 31) for k in range(1, 25))
    rugged.table("under2.csv", "code,half_month,ground_cover\n" + under)
    rerun = run(load_plan(plan, ["cover.understorey=under2.csv"])).totals
    assert panel["林下盖度 +10 个百分点"].mean_loss_t_km2_a == pytest.approx(
        rerun.mean_loss_t_km2_a, rel=1e-6
    )


def test_cropland_needs_a_rotation_and_the_refusal_names_rule_and_table(landscape: Any) -> None:
    landscape.sections.pop("rotation")
    with pytest.raises(Exception, match=r"rules/rotation\.toml.*rotation\.zone\..*--rules"):
        run(load_plan(landscape.run_file()))
    landscape.sections["land_use"] = {"constant": 43}
    assert run(load_plan(landscape.run_file())).totals.land_area_km2 == pytest.approx(0.48)


def test_a_rule_supplied_by_the_user_makes_rotation_zones_work(landscape: Any, tmp_path: Path) -> None:
    zone = next(
        rule.id
        for rule in RuleBook.load().current()
        if rule.id.startswith("rotation.zone.") and rule.value is None
    )
    name = zone.removeprefix("rotation.zone.")
    landscape.polygons("rotation.gpkg", [landscape.rows(0, 60)], {"zone": [name]})
    landscape.sections["rotation"] = {"polygons": "rotation.gpkg", "column": "zone"}
    with pytest.raises(Exception, match=zone):
        run(load_plan(landscape.run_file()))
    landscape.table(
        "site.toml",
        f'[[rule]]\nid = "{zone}"\nvalue = 0.4\nbasis = "市水务局 2026 复核"\n'
        'verified_by = "王工"\nverified_on = 2026-11-01\n',
    )
    result = run(load_plan(landscape.run_file()), rules=RuleBook.load(tmp_path / "site.toml"))
    landscape.sections["rotation"] = {"constant": 0.4}
    assert result.totals.class_area_km2 == run(load_plan(landscape.run_file())).totals.class_area_km2
    assert zone not in {rule.id for rule in result.unverified_rules}


def test_the_run_id_names_inputs_rules_and_parameters_and_nothing_else(
    landscape: Any, tmp_path: Path
) -> None:
    plan = landscape.run_file()
    once = run(load_plan(plan))
    first = once.run_id
    assert {"patches.min_area_m2", "terrain.channel_area_km2"} <= set(once.provenance["rules"])
    assert run(load_plan(plan), tile=16, workers=2).run_id == first
    assert run(load_plan(plan, ["rotation.constant=0.5"])).run_id != first
    landscape.table(
        "site.toml",
        '[[rule]]\nid = "terrain.channel_area_km2"\nvalue = 0.2\nbasis = "x"\nverified_by = "y"\n',
    )
    assert run(load_plan(plan), rules=RuleBook.load(tmp_path / "site.toml")).run_id != first
    landscape.raster("land_use.tif", np.full(landscape.shape, 43, np.uint8))
    assert run(load_plan(plan)).run_id != first


def test_wind_erosion_raises_the_class_and_leaves_the_water_modulus(
    landscape: Any, tmp_path: Path, read_band: Callable[[Path], Any]
) -> None:
    landscape.sections["wind"] = {"constant": 6000}
    out = tmp_path / "out"
    run(load_plan(landscape.run_file()), out=out)
    assert (read_band(out / "intensity.tif") >= 4).all()
    assert read_band(out / "soil_loss.tif").min() < 5000


def test_the_same_run_in_degrees_has_nearly_the_same_areas(landscape: Any) -> None:
    metric = run(load_plan(landscape.run_file())).totals
    degrees = run(load_plan(landscape.run_file(), ["crs=EPSG:4490"])).totals
    assert degrees.polygon_area_km2 == pytest.approx(metric.polygon_area_km2, rel=1e-6)
    assert degrees.land_area_km2 == pytest.approx(metric.land_area_km2, rel=0.02)


def test_progress_reaches_the_end(landscape: Any) -> None:
    steps: list[tuple[str, float]] = []
    run(load_plan(landscape.run_file()), progress=lambda step, done: steps.append((step, done)))
    shares = [done for _, done in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1
