"""`shuibao erosivity`: R and its half-months of rain stations, as a table or as JSON."""

import argparse
import json
import unicodedata
from pathlib import Path
from typing import get_args

from shuibao.data.rain_series import Absent, Record
from shuibao.rules.book import RuleBook
from shuibao.rules.rainfall import EnergyName, EventRuleName
from shuibao.science.erosion.half_months import RAINY_SEASON
from shuibao.workflows.erosivity import ErosivityOfStations, StationErosivity, station_erosivity
from shuibao.workflows.erosivity.settings import Correction, DailyModel, ErosivitySettings

_STATIONS_NAMED = 5
_DECIMALS = 6


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = subparsers.add_parser(
        "erosivity",
        help="由日雨量或断点雨量计算各站降雨侵蚀力 R",
        description="由日雨量（station,date,mm）或断点雨量（station,time,mm）"
        "计算各站多年平均降雨侵蚀力 R 和 24 个半月值。",
    )
    parser.add_argument("rain", metavar="FILE", nargs="+", type=Path, help="雨量 CSV（UTF-8），可给多个")
    parser.add_argument("--stations", metavar="FILE", type=Path, help="站点 CSV：station,lon,lat")
    parser.add_argument(
        "--absent-days",
        choices=get_args(Absent),
        default="missing",
        help="没有行的日子：missing 缺测（默认），dry 无雨",
    )
    parser.add_argument(
        "--rules", metavar="FILE", action="append", type=Path, default=[], help="本地规则文件，可给多个"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    daily = parser.add_argument_group("日雨量")
    daily.add_argument("--model", choices=get_args(DailyModel), help="默认 xie2016")
    daily.add_argument(
        "--threshold-mm", type=float, metavar="10|12", help="侵蚀性日雨量标准，仅 xie2016，默认 10"
    )
    steps = parser.add_argument_group("断点雨量")
    steps.add_argument(
        "--record", choices=get_args(Record), help="depth 时段雨量（默认），since_midnight 自 0 时累计"
    )
    steps.add_argument("--energy", choices=get_args(EnergyName), help="动能公式，默认 brown_foster")
    steps.add_argument("--event-rule", choices=get_args(EventRuleName), help="侵蚀性降雨标准，默认 xie2000")
    steps.add_argument(
        "--fixed-interval-correction", choices=get_args(Correction), help="等时段订正到断点雨量，默认 none"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Computes and prints; DomainErrors go to the caller."""
    settings = ErosivitySettings(
        model=args.model,
        threshold_mm=args.threshold_mm,
        absent_days=args.absent_days,
        energy=args.energy,
        event_rule=args.event_rule,
        record=args.record,
        fixed_interval_correction=args.fixed_interval_correction,
    )
    found = station_erosivity(
        args.rain, rules=RuleBook.load(*args.rules), settings=settings, stations_file=args.stations
    )
    print(as_json(found) if args.json else as_text(found))
    return 0


def as_json(found: ErosivityOfStations) -> str:
    """One JSON object: stations with R and half-months [MJ·mm/(hm²·h·a)], and warnings."""
    stations = [
        {
            "station": one.station,
            "lon": one.lon,
            "lat": one.lat,
            "R": round(one.R, _DECIMALS),
            "half_months": [round(value, _DECIMALS) for value in one.half_months],
            "years": one.years,
            "notes": list(one.notes),
            "warnings": list(one.warnings),
        }
        for one in found.stations
    ]
    return json.dumps({"stations": stations, "warnings": list(found.warnings)}, ensure_ascii=False, indent=2)


def as_text(found: ErosivityOfStations) -> str:
    """A table of the stations, and below it notes and warnings with the stations they are about."""
    head = ["站号", "年数", "R，MJ·mm/(hm²·h·a)", "5–9月占比", "提示"]
    rows = [
        [one.station, str(one.years), f"{one.R:.1f}", _rainy_share(one), _count(one)]
        for one in found.stations
    ]
    lines = [
        *_aligned([head, *rows]),
        *_grouped("说明", found, "notes"),
        *_grouped("提示", found, "warnings"),
    ]
    return "\n".join([*lines, *(f"提示：{warning}" for warning in found.warnings)])


def _rainy_share(one: StationErosivity) -> str:
    return f"{sum(one.half_months[RAINY_SEASON]) / one.R:.1%}" if one.R else "—"


def _count(one: StationErosivity) -> str:
    return f"{len(one.warnings)} 条" if one.warnings else "—"


def _aligned(rows: list[list[str]]) -> list[str]:
    """The table with columns of equal width: the first to the left, the others to the right."""
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) if position == 0 else " " * (width - _width(cell)) + cell
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _grouped(title: str, found: ErosivityOfStations, what: str) -> list[str]:
    """Each text once, with the stations it holds for."""
    about: dict[str, list[str]] = {}
    for one in found.stations:
        for text in getattr(one, what):
            about.setdefault(text, []).append(one.station)
    lines = []
    for text, stations in about.items():
        names = "、".join(stations[:_STATIONS_NAMED])
        more = f" 等 {len(stations)} 站" if len(stations) > _STATIONS_NAMED else ""
        lines.append(f"{title}（{names}{more}）：{text}")
    return lines
