"""report.html stands alone: well-formed, nothing fetched, demo data and unverified numbers named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from shuibao.workflows.annual_monitoring.report import Maps, write_report
from shuibao.workflows.annual_monitoring.report.page import render
from shuibao.workflows.annual_monitoring.result import MonitoringResult

VOID = {"meta", "br", "link", "img", "hr", "input"}


@dataclass(repr=False)
class Page(HTMLParser):
    """A page taken apart: elements with attributes, texts by element, tags left open or closed twice."""

    source: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            self.texts.append((self.open[-1], data.strip()))

    def all(self, tag: str) -> Iterator[dict[str, str]]:
        """Attributes of every element of a kind."""
        return (attributes for name, attributes in self.elements if name == tag)

    @property
    def text(self) -> str:
        """All that is read, without styles."""
        return "\n".join(text for tag, text in self.texts if tag != "style")


@pytest.fixture(scope="module")
def page(complete: MonitoringResult, maps: Maps) -> Page:
    return Page(render(complete, maps))


@pytest.fixture(scope="module")
def empty_page(unknown: MonitoringResult, maps: Maps) -> Page:
    return Page(render(unknown, maps))


def test_the_page_is_well_formed(page: Page, empty_page: Page) -> None:
    for found in (page, empty_page):
        assert found.faults == []
        assert found.open == []
        assert "charset" in next(found.all("meta"))
        assert next(found.all("html"))["lang"] == "zh-CN"


def test_nothing_is_fetched_and_nothing_runs(page: Page, empty_page: Page) -> None:
    for found in (page, empty_page):
        tags = {tag for tag, _ in found.elements}
        assert not tags & {"script", "link", "iframe", "img", "object", "embed", "base", "form"}
        assert "http" not in found.source
        assert "@import" not in found.source
        assert set(re.findall(r"url\((.)", found.source)) <= {"#"}
        for _, attributes in found.elements:
            for name, value in attributes.items():
                assert not name.startswith("on")
                if name in ("href", "src", "xlink:href"):
                    assert value.startswith(("#", "data:image/png;base64,"))


def test_links_inside_the_page_lead_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {
        attributes["href"][1:]
        for _, attributes in page.elements
        if attributes.get("href", "").startswith("#")
    }
    assert targets <= set(ids)


@pytest.mark.parametrize("demo", [True, False])
def test_demo_data_is_named_on_the_page_and_across_the_maps(
    complete: MonitoringResult, maps: Maps, demo: bool
) -> None:
    found = Page(render(replace(complete, demo=demo), maps))
    visible = [text for tag, text in found.texts if text == "示例数据" and tag == "span"]
    marked = [attributes for attributes in found.all("rect") if attributes.get("fill") == "url(#demo)"]
    assert bool(visible) == demo
    assert len(marked) == (3 if demo else 0)  # intensity, loss and LS; there is no raster of R
    assert ("示例数据" in found.source) == demo


def test_the_number_stands_with_its_targets_gaps_and_paces(complete: MonitoringResult, maps: Maps) -> None:
    totals = replace(
        complete.totals,
        water_conservation_rate_pct=77.33,
        erosion_area_km2=3214.4,
        targets_pct={2025: 77.25, 2030: 78.76, 2035: 83.9},
        ceilings_km2={2025: 3226.6, 2030: 3012.4, 2035: 2283.4},
    )
    text = Page(render(replace(complete, totals=totals), maps)).text
    assert "77.33" in text
    assert "已达到" in text and "+0.08 百分点" in text
    assert "差 1.43" in text and "差 6.57" in text
    assert "2026–2030 年每年净减 40.40 km²" in text
    assert "2031–2035 年须每年净减 145.8 km²，是 2026–2030 年（40.40 km²）的 3.6 倍。" in text


def test_it_says_that_it_is_a_model_and_keeps_three_areas_apart(page: Page) -> None:
    assert "模型估算，不是公报数" in page.text
    assert "三种面积，不相加" in page.text
    assert "不含沟蚀、重力侵蚀和河道侵蚀" in page.text


def test_every_note_every_unverified_number_and_every_zone_is_shown(
    page: Page, complete: MonitoringResult
) -> None:
    for note in complete.notes:
        assert note in page.text
    for rule in complete.unverified_rules:
        assert rule.id in page.text and rule.basis in page.text
    for zone in complete.zones:
        assert page.text.count(zone.name) >= 5
    tags = [attributes for attributes in page.all("span") if attributes.get("class") == "tag tag--unv"]
    assert len(tags) >= len(complete.unverified_rules)


def test_every_chart_offers_its_data(page: Page) -> None:
    summaries = [text for tag, text in page.texts if tag == "summary" and text.startswith("查看数据")]
    for number in (1, 2, 3, 4, 5, 7, 9):
        assert any(f"表{number} " in summary for summary in summaries), number
    assert "表6 转移矩阵" in page.text
    assert "表11" in page.text


def test_unknown_is_said_and_nothing_is_made_up(empty_page: Page) -> None:
    assert "没有一个格有结果。" in empty_page.text
    assert "缺：运行文件没有给出基准年的结果（baseline），没有变化可说。" in empty_page.text
    assert "缺：这次运行没有做情景。" in empty_page.text
    assert "运行文件没有给出目标" in empty_page.text
    assert "水土流失面积（监测）\n缺" in empty_page.text
    assert "0 个" not in empty_page.text.split("来历")[0]
    figure = next(text for tag, text in empty_page.texts if tag == "span" and text == "缺")
    assert figure
    for wrong in (r"\bNone\b", r"\bnan\b", "Undefined", r"\binf\b"):
        assert not re.search(wrong, empty_page.text)


def test_no_python_value_leaks_into_the_page(page: Page) -> None:
    assert not re.search(r"\bNone\b|\bnan\b|Undefined|ndarray|np\.", page.source.split("</style>")[1])


def test_a_scenario_without_a_rate_is_in_the_table_but_not_in_the_chart(
    complete: MonitoringResult, maps: Maps
) -> None:
    blind = replace(complete.scenarios[1], label="无法计算", water_conservation_rate_pct=None)
    found = Page(render(replace(complete, scenarios=(complete.scenarios[0], blind)), maps))
    assert "情景的水土保持率未知" in found.text
    assert "无法计算" in found.text


def test_a_baseline_without_totals_has_no_attribution(complete: MonitoringResult, maps: Maps) -> None:
    assert complete.change is not None
    change = replace(complete.change, attribution={})
    found = Page(render(replace(complete, change=change), maps))
    assert "不能归因" in found.text
    assert "的变化缺。" in found.text


def test_names_are_text_and_not_markup(complete: MonitoringResult, maps: Maps) -> None:
    evil = '<script>alert(1)</script>"&'
    zones = (replace(complete.zones[0], name=evil), *complete.zones[1:])
    outlines = (replace(maps.outlines[0], name=evil), *maps.outlines[1:])
    result = replace(complete, zones=zones, title=evil, notes=(evil,))
    found = Page(render(result, replace(maps, outlines=outlines)))
    assert not list(found.all("script"))
    assert found.faults == []
    assert evil in found.text


def test_the_page_is_written_as_utf8_and_the_same_each_time(
    complete: MonitoringResult, maps: Maps, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.html", tmp_path / "b.html"
    write_report(complete, maps, first)
    write_report(complete, maps, second)
    assert first.read_bytes() == second.read_bytes()
    assert first.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_legend_has_the_limits_that_were_used(complete: MonitoringResult, maps: Maps) -> None:
    text = Page(render(complete, maps)).text
    assert "< 1,000" in text and "1,000–2,500" in text and "≥ 15,000" in text
    both = replace(complete, tolerances_t_km2_a=(200.0, 1000.0))
    text = Page(render(both, maps)).text
    assert "< 容许值" in text and "容许值有 200、1,000，随分区而定" in text


def test_a_map_without_any_value_is_missing(complete: MonitoringResult, maps: Maps) -> None:
    blank = replace(maps, loss_t_km2_a=np.full((4, 4), np.nan, dtype=np.float32))
    found = Page(render(complete, blank))
    assert found.text.count("缺：这次运行没有这张栅格。") == 2
