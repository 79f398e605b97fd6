"""RUN.toml as a value: what to measure, with which data; checked before anything is computed."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from shuibao.data.files import File, file_named
from shuibao.science.errors import InputError

_DIRECT = {"constant", "raster"}

SECTIONS: dict[str, set[str]] = {
    "dem": {"file", "resolution_m"},
    "zones": {"file", "code", "name", "layer"},
    "rainfall": _DIRECT
    | {"daily", "breakpoint", "stations", "model", "threshold_mm", "absent_days", "energy", "event_rule"}
    | {"record", "fixed_interval_correction", "interpolation", "half_month_weights"},
    "soil": _DIRECT
    | {"method", "sand", "silt", "clay", "carbon", "very_fine_sand", "structure", "permeability"}
    | {"types", "column", "table", "correction"},
    "land_use": _DIRECT | {"polygons", "column", "table", "scheme"},
    "cover": _DIRECT
    | {"fvc", "unit", "ndvi", "dates", "cloud_mask", "ndvi_soil", "ndvi_vegetation", "endmembers"}
    | {"understorey"},
    "measures": _DIRECT | {"polygons", "column"},
    "rotation": _DIRECT | {"polygons", "column"},
    "tolerance": _DIRECT | {"polygons", "column"},
    "terrain": {"slope", "steepness", "slope_length_max_m", "channel_area_km2", "slope_cap_deg"},
    "patches": {"min_area_m2"},
    "targets": {"region", "file"},
    "baseline": {"directory"},
    "wind": _DIRECT | {"speeds", "moisture", "roughness_cm", "cover", "correction"},
}
REQUIRED_SECTIONS = ("dem", "zones", "rainfall", "soil", "land_use", "cover", "tolerance")
_TOP_KEYS = {"title", "year", "crs", "baseline", "demo"}


@dataclass(frozen=True)
class Section:
    """One section of the run file, with the means to ask for its keys and to say where they stand."""

    name: str
    values: Mapping[str, Any]
    file: Path

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def where(self, key: str) -> str:
        """The place of a key, for messages."""
        return f"{self.file} 的 [{self.name}] {key}"

    def one_of(self, *keys: str) -> str:
        """Which of the keys is given: exactly one. Raises InputError otherwise."""
        given = [key for key in keys if key in self.values]
        if len(given) != 1:
            what = f"写了 {'、'.join(given)}，只能写一种" if given else "没有数据"
            raise InputError(f"{self.file} 的 [{self.name}] {what}：可写 {'、'.join(keys)} 之一。")
        return given[0]

    def source(self, key: str) -> File:
        """The raster or vector file a key names: relative to the run file, a virtual one as it is written.

        Raises InputError when an ordinary file is absent.
        """
        file = file_named(self.text(key), self.file.parent)
        if isinstance(file, Path) and not file.exists():
            raise InputError(f"{self.where(key)}：找不到 {file}。路径相对于运行文件所在目录。")
        return file

    def sources(self, key: str) -> list[File]:
        """The raster file or list of raster files a key names."""
        value = self.values.get(key)
        names = value if isinstance(value, list) else [value]
        return [replace(self, values={key: name}).source(key) for name in names]

    def path(self, key: str) -> Path:
        """The table a key names, relative to the run file. Raises InputError when it is absent or virtual."""
        file = self.source(key)
        if not isinstance(file, Path):
            raise InputError(f"{self.where(key)}：表格须是本机文件，读到 {file}。请先下载。")
        return file

    def text(self, key: str) -> str:
        """A text. Raises InputError when it is missing or something else."""
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)  # a code written without quotes
        if not isinstance(value, str) or not value:
            raise InputError(f"{self.where(key)} 应写文本，读到 {value!r}。")
        return value

    def choice(self, key: str, default: str, *others: str) -> str:
        """One of the allowed words; the first is the default."""
        value = self.values.get(key, default)
        if value not in (default, *others):
            allowed = "、".join((default, *others))
            raise InputError(f"{self.where(key)} = {value!r} 不认识。可写：{allowed}。")
        return str(value)

    def number(self, key: str, default: float | None = None, *, low: float = float("-inf")) -> float:
        """A number not below `low`."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value or value < low:
            bound = "" if low == float("-inf") else f"，不小于 {low:g}"
            raise InputError(f"{self.where(key)} 应写数值{bound}，读到 {value!r}。")
        return float(value)


def choice_of(section: Section, key: str, kind: Any, default: str | None = None) -> Any:
    """The word of a key, one of those a Literal type allows; the default where it was not written."""
    return section.choice(key, *get_args(kind)) if key in section else default


@dataclass(frozen=True)
class Plan:
    """A run: its title, year, and the sections that were given."""

    file: Path
    title: str
    year: int
    crs: str | None
    baseline: Path | None
    demo: bool
    sections: Mapping[str, Section]

    def section(self, name: str) -> Section:
        """A section; an optional one that was left out is empty."""
        return self.sections.get(name, Section(name, {}, self.file))

    def has(self, name: str) -> bool:
        """Whether the section was written."""
        return name in self.sections

    def parameters(self) -> dict[str, Any]:
        """All that was written, for the provenance."""
        top = {"title": self.title, "year": self.year, "crs": self.crs, "demo": self.demo}
        return top | {name: dict(section.values) for name, section in sorted(self.sections.items())}


def load_plan(file: Path, overrides: Iterable[str] = ()) -> Plan:
    """The plan of a RUN.toml, with `section.key=value` overrides on top.

    Raises InputError that names the file, section and key, and what may stand there.
    """
    content = _toml(file)
    for override in overrides:
        _override(content, override)
    unknown = [key for key in content if key not in SECTIONS and key not in _TOP_KEYS]
    if unknown:
        raise InputError(f"{file}：不认识 {unknown[0]!r}。{_near(unknown[0], {*SECTIONS, *_TOP_KEYS})}")
    sections = {
        name: _section(name, values, file)
        for name, values in content.items()
        if name in SECTIONS and not (name == "baseline" and isinstance(values, str))
    }
    for name in REQUIRED_SECTIONS:
        if name not in sections:
            raise InputError(f"{file} 缺少 [{name}] 节。见 docs/guide/monitoring-run.md。")
    return Plan(
        file,
        _title(content, file),
        _year(content, file),
        content.get("crs"),
        _baseline(content, sections, file),
        bool(content.get("demo", False)),
        sections,
    )


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise InputError(f"读不了运行文件 {file}：{problem.strerror}。") from problem
    except UnicodeDecodeError as problem:
        raise InputError(f"运行文件 {file} 不是 UTF-8 编码。请另存为 UTF-8。") from problem
    except tomllib.TOMLDecodeError as problem:
        raise InputError(f"运行文件 {file} 不是有效的 TOML：{problem}。") from problem


def _override(content: dict[str, Any], override: str) -> None:
    """Applies `section.key=value` or `key=value`; a value that is not TOML is taken as text."""
    name, equals, text = override.partition("=")
    if not equals or not name.strip():
        raise InputError(f"--set {override} 应写成 节.键=值，如 rotation.constant=0.4。")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    *sections, key = name.strip().split(".")
    target = content
    for section in sections:
        target = target.setdefault(section, {})
        if not isinstance(target, dict):
            raise InputError(f"--set {override}：{section} 不是节。")
    if key == "constant":
        target.pop("raster", None)
    target[key] = value


def _section(name: str, values: Any, file: Path) -> Section:
    if not isinstance(values, dict):
        raise InputError(f"{file}：{name} 应是一节 [{name}]，读到 {values!r}。")
    allowed = SECTIONS[name]
    for key in values:
        if key not in allowed and not (name == "targets" and key.isdigit()):
            raise InputError(f"{file} 的 [{name}] 不认识 {key!r}。{_near(key, allowed)}")
    return Section(name, values, file)


def _near(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=2)
    return f"是不是 {'或'.join(near)}？" if near else f"可写：{'、'.join(sorted(known))}。"


def _title(content: Mapping[str, Any], file: Path) -> str:
    title = content.get("title")
    if not isinstance(title, str) or not title.strip():
        raise InputError(f"{file} 缺少 title（这次运行的标题）。")
    return title


def _year(content: Mapping[str, Any], file: Path) -> int:
    year = content.get("year")
    if isinstance(year, bool) or not isinstance(year, int) or not 1900 <= year <= 2200:
        raise InputError(f"{file} 的 year 应写四位年份，读到 {year!r}。")
    return year


def _baseline(content: Mapping[str, Any], sections: Mapping[str, Section], file: Path) -> Path | None:
    named = content.get("baseline")
    if isinstance(named, str):
        named = file.parent / named
    elif "baseline" in sections:
        named = file.parent / sections["baseline"].text("directory")
    else:
        return None
    if not (named / "provenance.json").exists():
        raise InputError(f"{file} 的 baseline：{named} 不是一次监测的结果目录（没有 provenance.json）。")
    return named
