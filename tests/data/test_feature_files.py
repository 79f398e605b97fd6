"""Files of features in every format: what is read, what is asked, what is refused."""

import zipfile
from datetime import date
from pathlib import Path

import ezdxf
import numpy as np
import openpyxl
import pyogrio.raw
import pytest
import shapely

from shuibao.data.feature_files import Answers, Rows, Unanswered, limits, read_features
from shuibao.science.errors import InputError

SQUARE = shapely.box(111.0, 35.0, 111.01, 35.01)
POINT = shapely.Point(111.2, 35.1)


def read(path: Path, **said: str) -> Rows:
    return read_features(path, path.name, Answers(**said))


def asked(path: Path, **said: str) -> dict[str, list[str]]:
    """The questions about a file, with the values of their choices."""
    with pytest.raises(Unanswered) as caught:
        read(path, **said)
    return {question.name: [c.value for c in question.choices] for question in caught.value.questions}


def layer(path: Path, driver: str, shapes: list[shapely.Geometry], crs: str | None, **options: str) -> Path:
    """A file of shapes with a name, a count and a day."""
    count = len(shapes)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(shapes, dtype=object)),
        [
            np.array([f"王家沟{n}" for n in range(1, count + 1)], dtype=object),
            np.arange(1, count + 1),
            np.array(["2026-11-22"] * count, dtype="datetime64[D]"),
        ],
        np.array(["名称", "座数", "日期"], dtype=object),
        driver=driver,
        geometry_type=shapes[0].geom_type + " Z" * shapes[0].has_z,
        crs=crs,
        **options,
    )
    return path


def shapefile(
    folder: Path, *, encoding: str = "UTF-8", without: tuple[str, ...] = (), crs: str = "EPSG:4490"
) -> Path:
    """A zipped Shapefile, some parts left out."""
    layer(folder / "坝.shp", "ESRI Shapefile", [SQUARE, SQUARE], crs, encoding=encoding)
    packed = folder / "坝.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in sorted(folder.glob("坝.*")):
            if part.suffix not in (".zip", *without):
                archive.write(part, part.name)
    return packed


def workbook(path: Path, *rows: tuple[object, ...], **more: list[tuple[object, ...]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title, others in more.items():
        sheet = book.create_sheet(title)
        for row in others:
            sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("name", "driver"), [("坝.gpkg", "GPKG"), ("坝.geojson", "GeoJSON"), ("坝.kml", "KML")]
)
def test_layers_give_names_values_and_shapes_in_cgcs2000(tmp_path: Path, name: str, driver: str) -> None:
    crs = "EPSG:4490" if driver == "GPKG" else "EPSG:4326"
    found = read(layer(tmp_path / name, driver, [SQUARE, SQUARE], crs))
    assert found.column("名称")[:2] == ["王家沟1", "王家沟2"]
    assert [row.number for row in found.rows] == [1, 2]
    assert all(row.shape.equals_exact(SQUARE, 1e-8, normalize=True) for row in found.rows if row.shape)


def test_a_shapefile_keeps_numbers_and_days(tmp_path: Path) -> None:
    found = read(shapefile(tmp_path))
    assert found.columns == ("名称", "座数", "日期")
    assert found.rows[1].values == ("王家沟2", 2, date(2026, 11, 22))
    assert found.crs == "China Geodetic Coordinate System 2000"


def test_a_projected_shapefile_comes_back_to_degrees(tmp_path: Path) -> None:
    from shuibao.science.crs import parse_crs, transformer

    belt = transformer(parse_crs("EPSG:4490", ""), parse_crs("EPSG:4546", ""))
    planar = shapely.transform(SQUARE, belt.transform, interleaved=False)
    layer(tmp_path / "坝.gpkg", "GPKG", [planar], "EPSG:4546")
    shape = read(tmp_path / "坝.gpkg").rows[0].shape
    assert shape is not None
    assert shape.equals_exact(SQUARE, 1e-9, normalize=True)


def test_a_gbk_table_without_cpg_is_asked_and_read_as_said(tmp_path: Path) -> None:
    packed = shapefile(tmp_path, encoding="GB18030", without=(".cpg",))
    assert asked(packed) == {"encoding": ["gb18030", "utf-8"]}
    assert read(packed, encoding="gb18030").rows[0].values[0] == "王家沟1"


def test_a_cpg_that_does_not_fit_the_texts_is_not_believed(tmp_path: Path) -> None:
    packed = shapefile(tmp_path, encoding="GB18030", without=(".cpg",))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("坝.cpg", "UTF-8")
    assert list(asked(packed)) == ["encoding"]


def test_a_missing_prj_is_asked_together_with_the_encoding(tmp_path: Path) -> None:
    packed = shapefile(tmp_path, without=(".cpg", ".prj"))
    questions = asked(packed)
    assert list(questions) == ["encoding", "crs"]
    assert questions["crs"] == ["EPSG:4490", "EPSG:4326"]
    found = read(packed, encoding="utf-8", crs="EPSG:4490")
    assert found.rows[0].shape is not None


def test_an_old_datum_is_refused_with_the_way_out(tmp_path: Path) -> None:
    planar = shapely.box(500_000, 3_875_000, 500_100, 3_875_100)
    with pytest.raises(InputError, match=r"Xian 1980.*测绘部门"):
        read(layer(tmp_path / "a.gpkg", "GPKG", [planar], "EPSG:2383"))


def test_swapped_axes_are_reported_and_turned_only_when_asked_for(tmp_path: Path) -> None:
    swapped = shapely.transform(SQUARE, lambda xy: xy[:, ::-1])
    path = layer(tmp_path / "a.gpkg", "GPKG", [swapped], "EPSG:4490")
    assert asked(path) == {"axes": ["swapped"]}
    shape = read(path, axes="swapped").rows[0].shape
    assert shape is not None
    assert shape.equals_exact(SQUARE, 1e-9, normalize=True)


def test_heights_are_left_out_with_a_note(tmp_path: Path) -> None:
    found = read(layer(tmp_path / "a.gpkg", "GPKG", [shapely.force_3d(SQUARE, 700)], "EPSG:4490"))
    assert "高程" in found.notes[0]
    assert not found.rows[0].shape.has_z


def test_several_layers_are_asked(tmp_path: Path) -> None:
    path = layer(tmp_path / "a.gpkg", "GPKG", [SQUARE], "EPSG:4490", layer="老坝")
    layer(path, "GPKG", [POINT], "EPSG:4490", layer="新坝", append="YES")
    assert asked(path) == {"layer": ["老坝", "新坝"]}
    assert read(path, layer="新坝").rows[0].shape == POINT


def test_kmz_is_kml_in_an_archive(tmp_path: Path) -> None:
    kml = layer(tmp_path / "doc.kml", "KML", [POINT], "EPSG:4326")
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.write(kml, "doc.kml")
    found = read(tmp_path / "a.kmz")
    assert found.rows[0].shape is not None
    assert found.rows[0].shape.equals_exact(POINT, 1e-9)


def test_a_drawing_always_asks_its_coordinate_system(tmp_path: Path) -> None:
    drawing = ezdxf.new("R2010")
    space = drawing.modelspace()
    space.add_lwpolyline(
        [(37500000, 3875000), (37500100, 3875000), (37500100, 3875100)],
        close=True,
        dxfattribs={"layer": "弃渣场"},
    )
    space.add_line((37500000, 3875000), (37500100, 3875100))
    space.add_text("说明", dxfattribs={"insert": (37500050, 3875050)})
    drawing.saveas(tmp_path / "a.dxf")
    assert asked(tmp_path / "a.dxf") == {"crs": ["EPSG:4525"]}
    found = read(tmp_path / "a.dxf", crs="EPSG:4525")
    assert [row.shape.geom_type for row in found.rows if row.shape] == ["Polygon", "LineString", "Point"]
    assert found.column("图层")[0] == "弃渣场"
    assert found.column("文字")[2] == "说明"
    west, south, _, _ = found.rows[0].shape.bounds
    assert (round(west, 3), round(south)) == (111.0, 35)


@pytest.mark.parametrize(
    ("name", "content", "remedy"),
    [
        ("a.dwg", b"AC1032 drawing", "另存为 DXF"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "另存为 xlsx"),
        ("a.shp", b"\x00\x00\x27\x0a", "打包成 zip"),
        ("a.pdf", b"%PDF-1.7", "可以上传"),
        ("a.csv", b"", "空文件"),
        ("a.gpkg", b"SQLite format 3\x00 and no more", "重新导出"),
        ("a.geojson", b'{"type": "Feat', "完整"),
        ("a.dxf", b"no drawing at all", "DXF"),
        ("a.zip", b"PK\x03\x04 cut off", "重新打包"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, remedy: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=remedy) as caught:
        read(tmp_path / name)
    assert name in str(caught.value)


def test_a_zip_bomb_is_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(11):
            archive.writestr(f"{number}.shp", b"\0" * 100 * 2**20)
    assert path.stat().st_size < 2 * 2**20
    with pytest.raises(InputError, match="解压后有 1100 MB"):
        read(path)


def test_paths_out_of_the_archive_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../a.shp", b"x")
    with pytest.raises(InputError, match="压缩包之外"):
        read(tmp_path / "a.zip")


def test_xml_entities_are_refused_in_kml_and_in_workbooks(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "aaaa">]><kml>&a;</kml>'
    (tmp_path / "a.kml").write_bytes(bomb)
    book = workbook(tmp_path / "a.xlsx", ("编码", "名称"), ("1", "甲"))
    with zipfile.ZipFile(book, "a") as archive:
        archive.writestr("xl/worksheets/sheet9.xml", bomb)
    for name in ("a.kml", "a.xlsx"):
        with pytest.raises(InputError, match="XML 实体"):
            read(tmp_path / name)


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS_AT_MOST", 3)
    (tmp_path / "a.csv").write_text("编码,名称\n" + "1,a\n" * 4, encoding="utf-8")
    with pytest.raises(InputError, match="最多导入 3 行"):
        read(tmp_path / "a.csv")
