"""The report in a real browser: it needs nothing from outside, fits a phone, says 示例数据 when it must."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from shuibao.workflows import annual_monitoring
from shuibao.workflows.demo import write_demo

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Reports of the demo's two years, on a coarse grid."""
    folder = tmp_path_factory.mktemp("demo")
    found = []
    for year, run_file in zip((2024, 2025), write_demo(folder, cell_m=300), strict=True):
        annual_monitoring.run(annual_monitoring.load_plan(run_file), out=folder / str(year))
        found.append(folder / str(year) / "report.html")
    return found


def opened(browser: Browser, report: Path, size: dict[str, int]) -> tuple[Page, list[str]]:
    """The report in a page of that size, and what it asked for or complained about."""
    page = browser.new_page(viewport=size)
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "request", lambda request: trouble.append(request.url) if request.url.startswith("http") else None
    )
    page.goto(report.as_uri())
    return page, trouble


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_report_is_whole_in_itself_and_fits_the_screen(
    browser: Browser, reports: list[Path], size: dict[str, int]
) -> None:
    for report in reports:
        page, trouble = opened(browser, report, size)
        assert trouble == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert page.locator("h1").inner_text().strip()
        page.close()


def test_the_demo_says_so_and_shows_every_county(browser: Browser, reports: list[Path]) -> None:
    page, _ = opened(browser, reports[1], DESK)
    text = page.inner_text("body")
    assert "示例数据" in text
    for name in ("盐湖区", "平陆县", "河津市", "未核验", "水土保持率"):
        assert name in text
    page.close()


def test_every_chart_opens_its_data(browser: Browser, reports: list[Path]) -> None:
    page, _ = opened(browser, reports[1], DESK)
    summaries = page.locator("summary")
    assert summaries.count() >= 8
    for place in range(summaries.count()):
        summaries.nth(place).click()
        assert page.locator("details").nth(place).get_attribute("open") is not None
    page.close()


def test_the_change_section_stands_only_where_there_is_a_baseline(
    browser: Browser, reports: list[Path]
) -> None:
    first, _ = opened(browser, reports[0], DESK)
    second, _ = opened(browser, reports[1], DESK)
    assert "转移矩阵" not in first.inner_text("body")
    assert "转移矩阵" in second.inner_text("body")
    first.close()
    second.close()
