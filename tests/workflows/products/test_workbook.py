"""summary.xlsx, opened again: the tables are there, they add up, and the same result gives the same bytes."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from shuibao.workflows.annual_monitoring.result import CLASS_NAMES, MonitoringResult
from shuibao.workflows.annual_monitoring.workbook import write_workbook

CREATED = datetime(2026, 3, 18, 2, 11, 9, tzinfo=UTC)
FIRST_ROW = 4


def opened(result: MonitoringResult, folder: Path) -> openpyxl.Workbook:
    path = folder / "summary.xlsx"
    write_workbook(result, path, CREATED)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def book(complete: MonitoringResult, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """The workbook of the complete result."""
    return opened(complete, tmp_path_factory.mktemp("book"))


def heads(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[FIRST_ROW - 1]]


def rows(sheet: Worksheet) -> list[list[object]]:
    return [list(row) for row in sheet.iter_rows(min_row=FIRST_ROW, values_only=True)]


def test_every_table_has_its_sheet(book: openpyxl.Workbook) -> None:
    names = book.sheetnames
    tables = [f"表{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9, 11, 12)]
    assert names == ["目录", "说明", *tables, "敏感性", "未核验"]


def test_the_contents_say_why_tables_are_missing(
    book: openpyxl.Workbook, unknown: MonitoringResult, tmp_path: Path
) -> None:
    found = {str(row[0]): str(row[2]) for row in rows(book["目录"])}
    assert found["表8"].startswith("缺") and found["表10"].startswith("缺")
    assert list(found)[:12] == [f"表{number}" for number in range(1, 13)]
    without_change = {str(row[0]): str(row[2]) for row in rows(opened(unknown, tmp_path)["目录"])}
    assert without_change["表6"].startswith("—")


def test_classes_add_up_to_the_land_and_zones_to_the_total(
    book: openpyxl.Workbook, complete: MonitoringResult
) -> None:
    sheet = book["表1"]
    columns = heads(sheet)
    land = columns.index("有结果\nkm²")
    classes = [columns.index(f"{name}\nkm²") for name in CLASS_NAMES]
    shares = [columns.index(f"{name}占比\n%") for name in CLASS_NAMES]
    found = rows(sheet)
    assert [row[1] for row in found] == ["平陆县", "盐湖区", "垣曲县", "合计"]
    for row in found:
        assert sum(row[place] for place in classes) == pytest.approx(row[land], rel=1e-12)
        assert sum(row[place] for place in shares) == pytest.approx(100)
    for place in (land, *classes):
        assert sum(row[place] for row in found[:-1]) == pytest.approx(found[-1][place], rel=1e-12)
    assert found[-1][land] == complete.totals.land_area_km2


@pytest.mark.parametrize(("name", "columns"), [("表2", 2), ("表3", 3)])
def test_each_zones_block_adds_up_to_its_land(
    book: openpyxl.Workbook, complete: MonitoringResult, name: str, columns: int
) -> None:
    found = rows(book[name])
    for zone in (*complete.zones, complete.totals):
        parts = [row for row in found if row[0] == zone.name and row[columns - 1] != "合计"]
        assert sum(row[columns] for row in parts) == pytest.approx(zone.land_area_km2, rel=1e-12)


def test_the_transition_matrix_has_row_and_column_sums(book: openpyxl.Workbook) -> None:
    found = [row for row in rows(book["表6"]) if row[0] == "平陆县"]
    assert [row[1] for row in found] == [*CLASS_NAMES, "合计"]
    for row in found:
        assert sum(row[2:8]) == pytest.approx(row[8])
    assert [sum(row[place] for row in found[:6]) for place in range(2, 9)] == pytest.approx(found[6][2:])


def test_factors_and_residual_add_up_to_the_whole_change(book: openpyxl.Workbook) -> None:
    for row in rows(book["表7"]):
        assert sum(row[1:9]) == pytest.approx(row[9])


def test_numbers_are_numbers_with_units_in_the_heads(book: openpyxl.Workbook) -> None:
    cell = book["表1"]["C4"]
    assert isinstance(cell.value, float)
    assert cell.number_format == "#,##0.00"
    assert book["表1"].freeze_panes == "C4"
    assert rows(book["表11"])[0] == ["020101", "土坎水平梯田", 0.084, 12.5]
    assert book["表11"]["C4"].number_format == "0.000"


def test_unknown_is_said_and_is_not_zero(
    book: openpyxl.Workbook, unknown: MonitoringResult, tmp_path: Path
) -> None:
    columns = heads(book["表9"])
    zone = rows(book["表9"])[2]
    assert zone[columns.index("2030 目标\n%")] == "缺"
    assert zone[columns.index("2030 每年需减\nkm²/a")] == "缺"
    assert zone[columns.index("2025 每年需减\nkm²/a")] == "—"
    found = rows(opened(unknown, tmp_path)["表1"])[0]
    assert found[3] == 0
    assert set(found[4:]) == {"缺"}


def test_a_zone_the_baseline_lacks_has_no_attribution(complete: MonitoringResult, tmp_path: Path) -> None:
    assert complete.change is not None
    attribution = {code: own for code, own in complete.change.attribution.items() if code != "140802"}
    result = replace(complete, change=replace(complete.change, attribution=attribution))
    found = rows(opened(result, tmp_path)["表7"])
    assert set(found[1][1:19]) == {"缺"}


@pytest.mark.parametrize("demo", [True, False])
def test_demo_data_is_named_in_the_head_of_every_sheet(
    complete: MonitoringResult, tmp_path: Path, demo: bool
) -> None:
    book = opened(replace(complete, demo=demo), tmp_path)
    assert {"示例数据" in str(sheet["A1"].value) for sheet in book} == {demo}


def test_unverified_numbers_are_listed(book: openpyxl.Workbook) -> None:
    found = rows(book["未核验"])
    assert found[0] == ["measures.020101", "土坎水平梯田的 E", "0.084", None, "措施因子赋值表", "中"]
    assert found[1][2] == "20.204、1.2404"


def test_the_field_form_is_empty(book: openpyxl.Workbook) -> None:
    sheet = book["表12"]
    assert heads(sheet)[0] == "点号"
    assert rows(sheet) == []


def test_a_name_that_looks_like_a_formula_stays_a_name(complete: MonitoringResult, tmp_path: Path) -> None:
    zones = (replace(complete.zones[0], name='=HYPERLINK("x")\x01'), *complete.zones[1:])
    cell = opened(replace(complete, zones=zones), tmp_path)["表1"]["B4"]
    assert cell.value == '=HYPERLINK("x")\N{REPLACEMENT CHARACTER}'
    assert cell.data_type == "s"


def test_the_same_result_gives_the_same_bytes(
    book: openpyxl.Workbook, complete: MonitoringResult, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_workbook(complete, first, CREATED)
    write_workbook(complete, second, CREATED)
    assert first.read_bytes() == second.read_bytes()
    assert openpyxl.load_workbook(first).properties.modified == CREATED.replace(tzinfo=None)
