"""Rain files as people have them: read as they are, or refused with file, line, field and value."""

from pathlib import Path

import numpy as np
import pytest

from shuibao.data.rain_table import read_rain
from shuibao.rules.book import RuleBook
from shuibao.rules.rainfall import rain_codes
from shuibao.science.errors import InputError

CODES = rain_codes(RuleBook.load())


def _file(folder: Path, text: str, name: str = "rain.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def _problem(folder: Path, text: str, encoding: str = "utf-8") -> str:
    with pytest.raises(InputError) as caught:
        read_rain([_file(folder, text, encoding=encoding)], CODES)
    message = str(caught.value)
    assert "rain.csv" in message
    assert "\n" not in message
    return message


def test_daily_rain_is_told_by_its_date_column(tmp_path: Path) -> None:
    table = read_rain([_file(tmp_path, "station,date,mm\n53959,2024-07-06,2.5\n53959,2024-07-05,1\n")], CODES)
    assert table.kind == "daily"
    assert table.when.astype(str).tolist() == ["2024-07-05", "2024-07-06"]
    assert table.mm.tolist() == [1.0, 2.5]
    assert table.where(0).endswith("rain.csv 第 3 行")


def test_breakpoint_rain_is_told_by_its_time_column(tmp_path: Path) -> None:
    rows = "a,2024-07-05 14:05,1\na,2024/7/5T14:10:00,2\na,2024-07-05 14:15:00,3\n"
    table = read_rain([_file(tmp_path, "station,time,mm\n" + rows)], CODES)
    assert table.kind == "breakpoint"
    assert table.when.astype(str).tolist() == [f"2024-07-05T14:{minute}:00" for minute in ("05", "10", "15")]


def test_columns_may_be_chinese_in_any_case_and_any_order_beside_others(tmp_path: Path) -> None:
    rain = _file(tmp_path, "备注,雨量,日期,站号\n无,2.5,2024-07-05,万荣\n", encoding="utf-8-sig")
    assert read_rain([rain], CODES).station.tolist() == ["万荣"]
    rain = _file(tmp_path, "Station,DATE,Mm\na,2024-07-05,1\n")
    assert read_rain([rain], CODES).mm.tolist() == [1.0]


@pytest.mark.parametrize(
    "text", ["2024-07-05", "2024-7-5", "2024/07/05", "2024/7/5", "20240705", "2024/7/5 0:00"]
)
def test_dates_are_read_as_spreadsheets_write_them(tmp_path: Path, text: str) -> None:
    table = read_rain([_file(tmp_path, f"station,date,mm\na,{text},1\n")], CODES)
    assert table.when.astype(str).tolist() == ["2024-07-05"]


def test_blank_lines_are_passed_over_and_lines_still_counted(tmp_path: Path) -> None:
    table = read_rain([_file(tmp_path, "station,date,mm\na,2024-07-05,1\n\n,,\na,2024-07-06,2\n")], CODES)
    assert table.line.tolist() == [2, 5]


def test_missing_codes_are_missing_and_trace_is_no_rain(tmp_path: Path) -> None:
    values = ["-9999", "32766", "999999", "-25374.6", "T", "微量", "32700"]
    rows = "".join(f"a,2024-07-{day:02},{value}\n" for day, value in enumerate(values, start=1))
    table = read_rain([_file(tmp_path, "station,date,mm\n" + rows)], CODES)
    assert np.isnan(table.mm).tolist() == [True] * 4 + [False] * 3
    assert table.is_trace.tolist() == [False] * 4 + [True] * 3
    assert table.mm[4:].tolist() == [0, 0, 0]
    assert table.raw[3] == -25374.6


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["空文件"]),
        ("station,date,mm\n", ["没有数据行"]),
        ("\nstation,date,mm\na,2024-07-05,1\n", ["第一行是空行"]),
        ("station,date\na,2024-07-05\n", ["没有 mm 列", "station、date"]),
        ("station,mm\na,1\n", ["没有 date"]),
        ("station,date,time,mm\na,2024-07-05,2024-07-05 01:00,1\n", ["既有 date 又有 time"]),
        ("station,date,mm,雨量\na,2024-07-05,1,1\n", ["2 个 mm 列"]),
        ("station,date,mm\n,2024-07-05,1\n", ["第 2 行", "station = ''"]),
        ("station,date,mm\na,2024-13-05,1\n", ["第 2 行", "date = '2024-13-05'", "认不出的日期"]),
        ("station,date,mm\na,2024-02-30,1\n", ["date = '2024-02-30'"]),
        ("station,date,mm\na,2024111,1\n", ["date = '2024111'"]),
        ("station,date,mm\na,05/07/2024,1\n", ["date = '05/07/2024'"]),
        ("station,date,mm\na,2024-07-05 08:00,1\n", ["date = '2024-07-05 08:00'"]),
        ("station,time,mm\na,2024-07-05 08:00+08:00,1\n", ["认不出的时间", "不带时区"]),
        ("station,date,mm\na,2024-07-05,1\na,2024-07-06,x\n", ["第 3 行", "mm = 'x'", "不是数值"]),
        ("station,date,mm\na,2024-07-05,\n", ["第 2 行", "雨量为空", "-9999"]),
        ("station,date,mm\na,2024-07-05,inf\n", ["mm = 'inf'"]),
        ("station,date,mm\na,2024-07-05,31012\n", ["mm = '31012'", "0.1 mm", "除以 10"]),
        ("station,date,mm\na,2024-07-05,1200\n", ["mm = '1200'", "大于 1000 mm"]),
        ("station,date,mm\na,2024-07-05,1,2\n", ["第 2 行有 4 列"]),
        ('station,date,mm\na,"2024-07-05,1\n', ["引号没有成对"]),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    message = _problem(tmp_path, text)
    assert all(word in message for word in words), message


def test_a_gbk_file_is_to_be_converted(tmp_path: Path) -> None:
    message = _problem(tmp_path, "站号,日期,雨量\n万荣,2024-07-05,1\n", encoding="gbk")
    assert "GBK" in message
    assert "另存为" in message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        read_rain([tmp_path / "nowhere.csv"], CODES)


def test_a_day_given_twice_is_refused_with_both_rows(tmp_path: Path) -> None:
    text = "station,date,mm\na,2024-07-05,1\nb,2024-07-05,1\na,2024/7/5,1\n"
    message = _problem(tmp_path, text)
    assert "站 a 的 2024-07-05 有两行" in message
    assert "第 2 行" in message
    assert "第 4 行" in message


def test_a_day_given_in_two_files_is_refused_with_both_files(tmp_path: Path) -> None:
    files = [_file(tmp_path, "station,date,mm\na,2024-07-05,1\n", name) for name in ("x.csv", "y.csv")]
    with pytest.raises(InputError, match=r"x\.csv 第 2 行.*y\.csv 第 2 行"):
        read_rain(files, CODES)


def test_daily_and_breakpoint_files_do_not_mix(tmp_path: Path) -> None:
    files = [
        _file(tmp_path, "station,date,mm\na,2024-07-05,1\n", "x.csv"),
        _file(tmp_path, "station,time,mm\na,2024-07-05 01:00,1\n", "y.csv"),
    ]
    with pytest.raises(InputError, match="既有日雨量"):
        read_rain(files, CODES)


def test_stations_are_found_in_order_of_name(tmp_path: Path) -> None:
    table = read_rain(
        [_file(tmp_path, "station,date,mm\nb,2024-07-05,1\na,2024-07-05,2\nb,2024-07-04,3\n")], CODES
    )
    assert {name: table.mm[rows].tolist() for name, rows in table.stations().items()} == {
        "a": [2.0],
        "b": [3.0, 1.0],
    }
