"""导出: copies of rows as files, for whom, with what is written on them."""

import csv
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pyogrio
import pytest
from django.http import HttpResponse
from django.test import Client

from shuibao.platform.accounts.models import Organisation
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Event, Region
from shuibao.platform.registers import export

CSV = "/registers/regions/export/csv/"


@pytest.fixture
def auditor(as_role: Callable[..., Client]) -> Client:
    """Who reads everything in the city and takes copies."""
    return as_role(Role.AUDITOR, name="审计员")


def _body(answer: HttpResponse) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def _lines(answer: HttpResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(_body(answer).decode("utf-8-sig"))))


def test_a_table_has_the_rows_of_the_filter_in_the_order_of_the_register(
    auditor: Client, county_shapes: object
) -> None:
    mark, heads, *rows = _lines(auditor.get(f"{CSV}?code=140800&level=county"))
    assert heads[:4] == ["行政区划代码", "名称", "级别", "上级"]
    assert [row[0] for row in rows] == ["140802", "140822"]
    assert rows[1][1:3] == ["万荣县", "县（市、区）"]
    assert float(rows[1][4]) == pytest.approx(101.2, abs=0.1)
    assert len(mark) == 1


def test_every_copy_says_whose_it_is_when_it_was_taken_and_of_what(auditor: Client, regions: object) -> None:
    [mark], *_rows = _lines(auditor.get(f"{CSV}?level=county&q=万荣"))
    assert mark.startswith("# 行政区 1 个，审计员 于 20")
    assert mark.endswith("导出；条件：搜索“万荣”；级别 县（市、区）")
    assert "条件：全部" in _lines(auditor.get(CSV))[0][0]


def test_a_copy_of_the_demo_says_that_its_data_are_made_up(
    auditor: Client, regions: object, settings: object
) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    answer = auditor.get(CSV)
    assert "行政区（示例数据）" in unquote(answer["Content-Disposition"])
    assert _lines(answer)[0][0].startswith("# 示例数据，")


def test_the_name_of_the_file_is_chinese_by_rfc_5987(auditor: Client, regions: object) -> None:
    said = auditor.get(CSV)["Content-Disposition"]
    assert said.startswith("attachment; filename*=utf-8''%E8%A1%8C%E6%94%BF%E5%8C%BA-20")
    assert said.isascii()


def test_a_workbook_keeps_numbers_and_dates_and_carries_the_line_apart(
    auditor: Client, county_shapes: object
) -> None:
    Region.objects.filter(pk="140822").update(valid_from="2020-05-01")
    book = openpyxl.load_workbook(io.BytesIO(_body(auditor.get("/registers/regions/export/xlsx/?q=140822"))))
    heads, row = book["行政区"].iter_rows(values_only=True)
    facts = dict(zip(heads, row, strict=True))
    assert facts["面积"] == pytest.approx(101.2, abs=0.1)
    assert facts["启用日期"].isoformat() == "2020-05-01T00:00:00"
    assert "审计员" in book["说明"]["A1"].value
    assert "审计员" in book["行政区"].oddFooter.center.text


def test_text_that_a_spreadsheet_would_run_is_held_back(auditor: Client, regions: object) -> None:
    Region.objects.filter(pk="140822").update(source='=HYPERLINK("x")', name="@SUM")
    rows = _lines(auditor.get(f"{CSV}?code=140822"))
    assert rows[2][1] == "'@SUM"
    assert rows[2][-1] == '\'=HYPERLINK("x")'


def test_a_geopackage_is_in_cgcs2000_with_one_kind_of_shape(
    auditor: Client, county_shapes: dict[str, Region], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shuibao.platform.registers import export_files

    monkeypatch.setattr(export_files, "_LAYER_CHUNK", 2)
    file = tmp_path / "regions.gpkg"
    file.write_bytes(_body(auditor.get("/registers/regions/export/gpkg/?level=county")))
    told = pyogrio.read_info(file, layer="regions")
    assert (told["crs"], told["geometry_type"], told["features"]) == ("EPSG:4490", "MultiPolygon", 3)
    assert "审计员" in told["layer_metadata"]["DESCRIPTION"]
    table = pyogrio.read_dataframe(file)
    assert table["code"].tolist() == ["140802", "140822", "141002"]
    assert table["area_km2"].tolist() == pytest.approx([101.2] * 3, abs=0.1)
    assert table.geometry[1].equals(county_shapes["140822"].boundary)


def test_an_empty_copy_is_a_file_all_the_same(auditor: Client, regions: object, tmp_path: Path) -> None:
    for form in ("xlsx", "csv", "geojson", "gpkg"):
        assert _body(auditor.get(f"/registers/regions/export/{form}/?q=没有"))
    file = tmp_path / "none.gpkg"
    file.write_bytes(_body(auditor.get("/registers/regions/export/gpkg/?q=没有")))
    assert pyogrio.read_info(file)["features"] == 0


def test_geojson_has_the_shapes_as_they_are_kept(auditor: Client, county_shapes: object) -> None:
    found = json.loads(_body(auditor.get("/registers/regions/export/geojson/?code=140800")))
    assert "审计员" in found["watermark"]
    shapes = {feature["properties"]["code"]: feature["geometry"] for feature in found["features"]}
    assert shapes["140800"] is None
    assert shapes["140822"]["coordinates"][0][0] == [111.2, 35.0]


def test_the_picked_rows_alone_are_copied_and_only_those_the_reader_sees(
    as_role: Callable[..., Client], companies: dict[str, Organisation], may: Callable[..., None]
) -> None:
    may(Role.SUPERVISOR, "organisations.export")
    client = as_role(Role.SUPERVISOR, "140822")
    picks = "&".join(f"pick={company.pk}" for company in companies.values())
    [mark], _heads, *rows = _lines(client.get(f"/registers/organisations/export/csv/?{picks}"))
    assert [row[0] for row in rows] == ["c-140822"]
    assert "条件：所选 3 家" in mark


@pytest.mark.parametrize("pick", ["x", "9" * 30, ""])
def test_a_pick_that_is_no_key_is_refused_with_its_reason(
    auditor: Client, regions: object, pick: str
) -> None:
    answer = auditor.get(f"/registers/people/export/csv/?pick={pick}")
    assert answer.status_code == 409
    assert "不能识别" in answer.content.decode()


def test_a_copy_is_remembered_with_its_filter_and_its_number(auditor: Client, regions: object) -> None:
    _body(auditor.get(f"{CSV}?level=city"))
    event = Event.objects.get(verb="regions.exported")
    assert event.text == "导出行政区 2 个（csv）"
    assert event.facts == {"form": "csv", "condition": "级别 市", "count": 2}
    assert event.about_key == str(event.by_id)


def test_without_the_right_nothing_is_copied_and_visitors_sign_in(
    client: Client, as_role: Callable[..., Client]
) -> None:
    assert client.get(CSV).status_code == 302
    assert as_role(Role.LIAISON).get("/registers/people/export/csv/").status_code == 404
    assert as_role(Role.PUBLIC).get(CSV).status_code == 403
    assert not Event.objects.filter(verb__startswith="regions.").exists()


def test_a_form_that_is_not_offered_is_refused(auditor: Client, companies: object) -> None:
    assert auditor.get("/registers/organisations/export/gpkg/").status_code == 409
    assert auditor.get("/registers/regions/export/exe/").status_code == 409


def test_more_rows_than_a_file_may_hold_are_refused_and_no_file_is_left(
    auditor: Client, regions: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(export, "MOST", 5)
    answer = auditor.get(CSV)
    assert answer.status_code == 409
    assert "一次最多 5 个" in answer.content.decode()
    _body(auditor.get(f"{CSV}?level=city"))
    assert not list(tmp_path.iterdir())
