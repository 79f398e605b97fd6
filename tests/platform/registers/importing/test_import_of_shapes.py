"""Importing shapes: a Shapefile with two bad rows, mended, imported; what its files do not say is asked."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely

from shuibao.platform.accounts.models import User
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import timeline
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.importing import services
from shuibao.platform.registers.importing.models import Import
from shuibao.platform.registers.importing.shapes import ShapeProblem, fitted

pytestmark = pytest.mark.django_db

GOOD = shapely.box(111.0, 35.0, 111.01, 35.01)
BOW = shapely.Polygon([(111.0, 35.0), (111.01, 35.01), (111.01, 35.0), (111.0, 35.01)])


def shapefile(
    folder: Path,
    shapes: list[shapely.Geometry],
    names: list[str],
    *,
    encoding: str = "UTF-8",
    without: tuple[str, ...] = (),
) -> list[Path]:
    """The parts of a Shapefile."""
    folder.mkdir(exist_ok=True)
    count = len(shapes)
    columns = ([f"d{n}" for n in range(1, count + 1)], names, ["140802"] * count)
    pyogrio.raw.write(
        folder / "dams.shp",
        shapely.to_wkb(np.array(shapes, dtype=object)),
        [np.array(column, dtype=object) for column in columns],
        np.array(["编码", "名称", "行政区"], dtype=object),
        driver="ESRI Shapefile",
        geometry_type=shapes[0].geom_type,
        crs="EPSG:4490",
        encoding=encoding,
    )
    return [part for part in sorted(folder.iterdir()) if part.suffix not in without]


def packed(parts: list[Path], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for part in parts:
            archive.write(part, part.name)
    return path


def test_a_shapefile_with_two_bad_rows_names_both_saves_nothing_and_is_imported_when_mended(
    upload: Callable[..., Import],
    checked: Callable[..., Import],
    dams: Register,
    dam_model: Any,
    tmp_path: Path,
) -> None:
    bad = shapefile(tmp_path / "bad", [GOOD, BOW, GOOD], ["甲坝", "乙坝", ""])
    imported = checked(upload(dams, packed(bad, tmp_path / "bad.zip")))
    first, second = imported.report["faults"]
    assert (first[0], first[1]) == (2, "范围")
    assert "自相交" in first[4]
    assert "东经 111.005" in first[4]
    assert (second[0], second[1]) == (3, "名称")
    with pytest.raises(Conflict):
        services.write_import(imported.pk)
    assert not dam_model.objects.exists()

    good = shapefile(tmp_path / "good", [GOOD, GOOD, GOOD], ["甲坝", "乙坝", "丙坝"])
    again = checked(upload(dams, packed(good, tmp_path / "good.zip")))
    assert again.report["faults"] == []
    services.write_import(again.pk)
    dam = dam_model.objects.get(code="d2")
    assert dam.site.equals_exact(GOOD, 1e-9, normalize=True)
    assert dam.site_west == pytest.approx(111.0)
    assert dam.site_size == pytest.approx(1.012e6, rel=0.01)
    assert dam.history.get().history_change_reason.startswith("导入 good.zip")
    assert checked(upload(dams, packed(good, tmp_path / "again.zip"))).counts["same"] == 3


def test_a_shape_that_changes_is_written_with_its_box(
    upload: Callable[..., Import],
    checked: Callable[..., Import],
    dams: Register,
    dam_model: Any,
    tmp_path: Path,
) -> None:
    dam_model.objects.create(code="d1", name="甲坝", kind="key", region_id="140802", site=GOOD)
    moved = shapely.box(111.1, 35.0, 111.11, 35.01)
    parts = shapefile(tmp_path / "a", [moved], ["甲坝"])
    imported = checked(upload(dams, packed(parts, tmp_path / "a.zip")))
    assert imported.report["changed"][0][2][0][0] == "范围"
    services.write_import(imported.pk)
    dam = dam_model.objects.get()
    assert (dam.kind, round(dam.site_west, 6)) == ("key", 111.1)


def test_repair_is_only_done_when_chosen_and_is_recorded(
    upload: Callable[..., Import],
    checked: Callable[..., Import],
    dams: Register,
    dam_model: Any,
    tmp_path: Path,
) -> None:
    parts = shapefile(tmp_path / "a", [BOW], ["甲坝"])
    imported = checked(upload(dams, packed(parts, tmp_path / "a.zip")), repair="yes")
    assert imported.report["faults"] == []
    assert any("已修复" in note for note in imported.report["plan_notes"])
    services.write_import(imported.pk)
    assert dam_model.objects.get().site.is_valid
    assert timeline(imported).get().facts["choices"] == {"repair": "yes"}


def test_the_parts_of_a_shapefile_may_be_uploaded_unpacked(
    upload: Callable[..., Import], dams: Register, tmp_path: Path
) -> None:
    parts = shapefile(tmp_path / "a", [GOOD], ["甲坝"])
    imported = upload(dams, *parts)
    assert imported.name == "dams.zip"
    assert imported.report["columns"] == ["编码", "名称", "行政区"]
    assert upload(dams, *reversed(parts)).sha256 == imported.sha256


def test_what_the_files_do_not_say_is_asked_then_read(
    upload: Callable[..., Import],
    checked: Callable[..., Import],
    dams: Register,
    officer: User,
    tmp_path: Path,
) -> None:
    parts = shapefile(tmp_path / "a", [GOOD], ["甲坝"], encoding="GB18030", without=(".cpg", ".prj"))
    imported = upload(dams, packed(parts, tmp_path / "a.zip"))
    assert imported.state == Import.State.ASKED
    assert [question["name"] for question in imported.report["questions"]] == ["encoding", "crs"]
    imported = services.answer(imported.pk, {"encoding": "gb18030"}, by=officer)
    assert [question["name"] for question in imported.report["questions"]] == ["crs"]
    imported = services.answer(imported.pk, {"crs": "EPSG:4490"}, by=officer)
    assert imported.report["sample"][0][1] == "甲坝"
    assert checked(imported).counts["new"] == 1


def test_a_wrong_answer_is_reported_and_can_be_taken_back(
    upload: Callable[..., Import], dams: Register, officer: User, tmp_path: Path
) -> None:
    parts = shapefile(tmp_path / "a", [GOOD], ["甲坝"], without=(".prj",))
    imported = upload(dams, packed(parts, tmp_path / "a.zip"))
    imported = services.answer(imported.pk, {"crs": "EPSG:999999"}, by=officer)
    assert "认不出坐标系" in imported.problem
    assert imported.state == Import.State.ASKED
    imported = services.ask_again(imported.pk, by=officer)
    assert [question["name"] for question in imported.report["questions"]] == ["crs"]


def test_a_file_that_cannot_be_read_ends_the_import_with_its_reason(
    upload: Callable[..., Import], dams: Register, tmp_path: Path
) -> None:
    (tmp_path / "a.dwg").write_bytes(b"AC1032 drawing")
    imported = upload(dams, tmp_path / "a.dwg")
    assert imported.state == Import.State.REFUSED
    assert "另存为 DXF" in imported.problem


def test_a_shape_outside_the_county_it_names_is_pointed_out(
    upload: Callable[..., Import], checked: Callable[..., Import], dams: Register, tmp_path: Path
) -> None:
    far = shapely.box(112.5, 37.8, 112.51, 37.81)
    parts = shapefile(tmp_path / "a", [far], ["甲坝"])
    imported = checked(upload(dams, packed(parts, tmp_path / "a.zip")))
    assert any("不在所填的县内（第 1 行）" in note for note in imported.report["plan_notes"])


def test_a_boundary_shifted_by_some_hundred_metres_is_suspected_of_gcj_02(
    upload: Callable[..., Import], checked: Callable[..., Import], tmp_path: Path
) -> None:
    from shuibao.data.regions import regions as shipped
    from shuibao.platform.registers.registry import register_named

    declared = register_named("regions")
    assert declared is not None
    county = shipped("counties")["140802"].boundary
    shifted = shapely.transform(county, lambda xy: xy + np.array([0.006, 0.001]))
    pyogrio.raw.write(
        tmp_path / "a.gpkg",
        shapely.to_wkb(np.array([shifted], dtype=object)),
        [np.array([value], dtype=object) for value in ("140802", "盐湖区", "county")],
        np.array(["code", "name", "level"], dtype=object),
        driver="GPKG",
        geometry_type=shifted.geom_type,
        crs="EPSG:4490",
    )
    imported = checked(upload(declared, tmp_path / "a.gpkg"))
    assert any("GCJ-02" in note for note in imported.report["plan_notes"])


def test_a_shape_of_another_kind_is_refused_and_a_single_part_taken_out() -> None:
    with pytest.raises(ShapeProblem, match="图形是线，这里要面"):
        fitted(shapely.LineString([(0, 0), (1, 1)]), ("Polygon",), False)
    assert fitted(shapely.MultiPolygon([GOOD]), ("Polygon",), False) == GOOD
    assert fitted(GOOD, ("MultiPolygon",), False).geom_type == "MultiPolygon"
    with pytest.raises(ShapeProblem, match="空的"):
        fitted(shapely.Polygon(), ("Polygon",), False)
