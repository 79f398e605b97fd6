"""`shuibao erosivity` on the command line."""

import argparse
import json
from pathlib import Path

import pytest

from shuibao.cli.erosivity import add_parser, run
from shuibao.science.errors import DomainError


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="shuibao")
    add_parser(parser.add_subparsers())
    return run(parser.parse_args(["erosivity", *words]))


@pytest.fixture
def rain(tmp_path: Path) -> str:
    """Two stations with a few days of rain each."""
    path = tmp_path / "rain.csv"
    path.write_text(
        "站号,日期,雨量\n万荣,2024-07-05,50\n万荣,2024-11-05,50\n永济,2024-07-05,100\n", encoding="utf-8"
    )
    return str(path)


def test_the_table_shows_each_station_with_years_r_and_rainy_season(
    rain: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(rain, "--absent-days", "dry") == 0
    head, first, second, *rest = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["站号", "年数"]
    assert first.split()[:4] == ["万荣", "1", "603.6", "55.9%"]
    assert second.split()[:4] == ["永济", "1", "1117.3", "100.0%"]
    assert any(line.startswith("提示（万荣、永济）：只有 1 年资料") for line in rest)


def test_json_holds_r_and_24_half_months(rain: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(rain, "--absent-days", "dry", "--json") == 0
    out = capsys.readouterr().out
    assert "万荣" in out
    first = json.loads(out)["stations"][0]
    assert first["station"] == "万荣"
    assert first["R"] == pytest.approx(337.627 + 265.934, abs=1e-3)
    assert len(first["half_months"]) == 24
    assert sum(first["half_months"]) == pytest.approx(first["R"], abs=1e-4)
    assert first["years"] == 1
    assert first["lon"] is None
    assert isinstance(first["warnings"], list)


def test_choices_reach_the_computation(rain: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(rain, "--absent-days", "dry", "--model", "zhang2002", "--json") == 0
    assert "zhang2002：α" in json.loads(capsys.readouterr().out)["stations"][0]["notes"][0]


def test_several_files_are_read_as_one(rain: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "more.csv"
    other.write_text("station,date,mm\n芮城,2024-07-05,20\n", encoding="utf-8")
    assert _run(rain, str(other), "--absent-days", "dry", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["stations"]) == 3


def test_errors_go_to_the_caller(rain: str) -> None:
    with pytest.raises(DomainError, match="--absent-days dry"):
        _run(rain)
    with pytest.raises(DomainError, match="用不到 energy"):
        _run(rain, "--energy", "mcgregor")
    with pytest.raises(DomainError, match="11 mm 不能用"):
        _run(rain, "--absent-days", "dry", "--threshold-mm", "11")


def test_an_empty_rainy_season_of_a_rainless_station_is_a_dash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rain.csv"
    path.write_text("station,date,mm\na,2024-07-05,1\n", encoding="utf-8")
    assert _run(str(path), "--absent-days", "dry") == 0
    assert capsys.readouterr().out.splitlines()[1].split()[2:4] == ["0.0", "—"]
