"""Tables of features: sheets, heads, encodings, delimiters, coordinates in columns."""

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
import shapely

from shuibao.data.feature_files import Answers, Rows, Unanswered, read_features
from shuibao.science.errors import InputError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).replace(tzinfo=None)


def read(path: Path, **said: str) -> Rows:
    return read_features(path, path.name, Answers(**said))


def asked(path: Path, **said: str) -> list[str]:
    with pytest.raises(Unanswered) as caught:
        read(path, **said)
    return [question.name for question in caught.value.questions]


def csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def book(path: Path, **sheets: list[tuple[object, ...]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_a_workbook_gives_typed_cells_with_their_row_numbers(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", 坝=[("编码", "库容", "日期"), (), ("a", 1.5, NOON)])
    found = read(path)
    assert found.columns == ("编码", "库容", "日期")
    assert (found.rows[0].number, found.rows[0].values) == (3, ("a", 1.5, NOON))


def test_the_sheet_is_asked_only_when_several_have_content(tmp_path: Path) -> None:
    rows = [("编码", "名称"), ("1", "甲")]
    assert read(book(tmp_path / "a.xlsx", 甲=rows, 空=[])).rows[0].values == ("1", "甲")
    path = book(tmp_path / "b.xlsx", 甲=rows, 乙=[("编码", "名称"), ("2", "乙")])
    assert asked(path) == ["sheet"]
    assert read(path, sheet="乙").rows[0].values == ("2", "乙")


def test_a_title_above_the_head_makes_the_head_a_question(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", 坝=[("淤地坝名录",), ("编码", "名称"), ("1", "甲")])
    with pytest.raises(Unanswered) as caught:
        read(path)
    (question,) = caught.value.questions
    assert (question.name, question.guess) == ("header_row", "2")
    assert read(path, header_row="2").rows[0].values == ("1", "甲")


def test_the_line_of_a_copy_taken_from_a_register_is_no_head(tmp_path: Path) -> None:
    file = csv(tmp_path / "copy.csv", "# 行政区 1 个，管立新 于 2026-11-23 导出\n编码,名称\n140802,盐湖区\n")
    rows = read(file)
    assert rows.columns == ("编码", "名称")
    assert rows.rows[0].number == 3


def test_columns_called_the_same_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", 坝=[("编码", "名称", "名称"), ("1", "甲", "乙")])
    assert asked(path) == ["header_row"]
    with pytest.raises(InputError, match="第 1 行的列名重复：名称"):
        read(path, header_row="1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_certain_encoding_is_not_asked(tmp_path: Path, encoding: str) -> None:
    found = read(csv(tmp_path / "a.csv", "编码,名称\n1,王家沟\n", encoding))
    assert found.columns == ("编码", "名称")
    assert found.rows[0].values == ("1", "王家沟")


def test_bytes_that_read_both_ways_are_asked(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "code,name\n1,目\n", "gb18030")
    assert asked(path) == ["encoding"]
    assert read(path, encoding="gb18030").rows[0].values == ("1", "目")


def test_rare_characters_are_asked_and_a_wrong_answer_is_named(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "编码,名称\n1,李喆\n", "gb18030")
    assert asked(path) == ["encoding"]
    assert read(path, encoding="gb18030").rows[0].values == ("1", "李喆")
    with pytest.raises(InputError, match="第 1 行不是 UTF-8"):
        read(path, encoding="utf-8")


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_the_delimiter_that_parts_every_line_alike_is_taken(tmp_path: Path, mark: str) -> None:
    assert read(csv(tmp_path / "a.csv", f"a{mark}b\n1{mark}2\n")).columns == ("a", "b")


def test_two_possible_delimiters_are_asked(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "a,b;c\n1,2;3\n")
    assert asked(path) == ["delimiter"]
    assert read(path, delimiter=";").columns == ("a,b", "c")


def test_a_quoted_line_break_keeps_the_row_numbers_right(tmp_path: Path) -> None:
    found = read(csv(tmp_path / "a.csv", 'a,b\n"1\n1",2\n3,4\n'))
    assert [(row.number, row.values[0]) for row in found.rows] == [(2, "1\n1"), (4, "3")]


def test_open_quotes_and_ragged_rows_name_the_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="第 3 行的引号"):
        read(csv(tmp_path / "a.csv", 'a,b\n1,2\n"3,4'))
    long = "a,b\n" + "1,2\n" * 30 + "1,2,3\n"
    with pytest.raises(InputError, match="第 32 行有 3 列"):
        read(csv(tmp_path / "b.csv", long))


def test_degrees_become_points_after_use_and_system_are_said(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "编码,经度,纬度\n1,111.2,35.1\n2,111°12′36″,北纬35度6分\n3,,\n")
    assert asked(path) == ["shape", "east", "north", "ring_of"]
    assert asked(path, shape="points") == ["crs"]
    first, second, third = (row.shape for row in read(path, shape="points", crs="EPSG:4490").rows)
    assert first == shapely.Point(111.2, 35.1)
    assert second is not None
    assert second.equals_exact(shapely.Point(111.21, 35.1), 1e-9)
    assert third is None
    assert not read(path, shape="none").has_shapes


def test_the_northing_is_x_as_surveyors_write_it(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "编码,X,Y\n1,3875000.0,37500000.0\n")
    shape = read(path, shape="points", crs="EPSG:4525").rows[0].shape
    assert shape is not None
    assert (round(shape.x, 6), round(shape.y)) == (111.0, 35)


def test_the_wrong_belt_is_refused(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "编码,X,Y\n1,3875000.0,37500000.0\n")
    with pytest.raises(InputError, match="带号"):
        read(path, shape="points", crs="EPSG:4546")


def test_corners_in_order_become_areas_with_holes_and_parts(tmp_path: Path) -> None:
    outer = [(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)]
    hole = [(3, 3), (6, 3), (6, 6), (3, 6), (3, 3)]
    apart = [(20, 0), (29, 0), (29, 9)]
    lines = [f"甲,J{n},{111 + x / 1000},{35 + y / 1000}" for n, (x, y) in enumerate(outer + hole + apart)]
    lines += ["乙,J1,111,36", "乙,J2,111.1,36", "乙,J3,111.1,36.1"]
    path = csv(tmp_path / "a.csv", "\n".join(["地块,点号,经度,纬度", *lines]))
    found = read(path, shape="vertices", ring_of="地块", crs="EPSG:4490")
    first, second = (row.shape for row in found.rows)
    assert [row.number for row in found.rows] == [2, 15]
    assert first.geom_type == "MultiPolygon"
    assert first.area == pytest.approx((81 - 9 + 40.5) * 1e-6)
    assert second.area == pytest.approx(0.005)


def test_an_area_of_two_corners_names_the_plot(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "地块,经度,纬度\n甲,111,35\n甲,111.1,35\n")
    with pytest.raises(InputError, match="第 2 行起的地块 '甲'"):
        read(path, shape="vertices", ring_of="地块", crs="EPSG:4490")


def test_a_coordinate_that_is_none_names_row_column_and_value(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "编码,经度,纬度\n1,111.2,35.1\n2,一百一,35.1\n")
    with pytest.raises(InputError, match="第 3 行，经度 = '一百一'"):
        read(path, shape="points", crs="EPSG:4490")
    with pytest.raises(InputError, match="第 2 行，纬度 是空的"):
        read(csv(tmp_path / "b.csv", "编码,经度,纬度\n1,111.2,\n"), shape="points", crs="EPSG:4490")
