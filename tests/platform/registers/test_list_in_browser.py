"""A list in a real browser: filtered without a new page, walked by keys, left and come back to."""

import os
import re
import shutil
from collections.abc import Callable, Iterator

import pytest
import shapely
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
LIST = "/registers/regions/"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Playwright keeps an event loop in this thread, which Django would not wait in."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(
    transactional_db: None,
    live_server: LiveServer,
    county_shapes: dict[str, Region],
    as_role: Callable[..., object],
    chromium: Browser,
) -> Iterator[Page]:
    """An administrator's page; what the browser complains about fails the test."""
    session = as_role(Role.ADMINISTRATOR).cookies["sessionid"].value  # type: ignore[attr-defined]
    view = {"width": 1366, "height": 768}
    context = chromium.new_context(base_url=live_server.url, viewport=view, locale="zh-CN")
    context.set_default_timeout(30_000)
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    made = context.new_page()
    complaints: list[str] = []
    made.on("pageerror", lambda problem: complaints.append(str(problem)))
    made.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield made
    context.close()
    assert complaints == []


def _focus(page: Page) -> str:
    key: str = page.evaluate("document.querySelector('#picks tr[aria-current]')?.dataset.key ?? ''")
    return key


def test_a_filter_is_set_in_place_and_taken_back_by_the_browser(page: Page) -> None:
    page.goto(f"{LIST}?show=both")
    page.evaluate("window.stayed = true")
    page.click("#chip-level summary")
    page.check("#chip-level input[value=county]")
    expect(page).to_have_url(re.compile("level=county&show=both$"))
    expect(page.locator("#picks tbody tr")).to_have_count(3)
    assert page.evaluate("document.querySelector('#chip-level').open")
    page.click("h1")
    page.click("th a:has-text('名称')")
    expect(page.locator("th[aria-sort]")).to_contain_text("名称 ↑")
    assert page.evaluate("window.stayed") is True
    page.go_back()
    expect(page.locator("th[aria-sort]")).to_have_count(0)
    page.go_back()
    expect(page.locator("#picks tbody tr")).to_have_count(6)
    page.go_forward()
    expect(page.locator("#picks tbody tr")).to_have_count(3)


def test_a_list_is_walked_by_keys_and_kept_for_the_way_back(page: Page) -> None:
    page.goto(f"{LIST}?level=county&show=both")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".bulk [data-count]")).to_have_text("1")
    expect(page.locator("#card h3")).to_have_text("万荣县")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("万荣县")
    page.click("a[data-back]")
    expect(page).to_have_url(re.compile(r"\?level=county&show=both$"))
    expect(page.locator("#picks tr[aria-current]")).to_have_count(1)
    assert _focus(page) == "140822"


def test_the_map_draws_the_rows_of_the_filter_and_picks_by_a_click(
    page: Page, county_shapes: dict[str, Region]
) -> None:
    city = county_shapes["140800"]
    city.boundary = shapely.box(111, 35, 111.2, 35.1)
    city.save()
    page.goto(f"{LIST}?level=county&code=140800&show=both")
    box = page.locator("#register-map")
    expect(box).to_have_attribute("data-drawn", "2")
    page.click("a[aria-label='去掉条件 所在地区']")
    expect(box).to_have_attribute("data-drawn", "3")
    expect(box.locator("canvas")).to_have_count(1)
    box.click(position={"x": 100, "y": 150})
    expect(page.locator("#card h3")).to_have_text("盐湖区")


def test_typing_searches_and_leaves_the_cursor_where_it_is(page: Page) -> None:
    page.goto(LIST)
    page.locator("#filters-q").press_sequentially("万荣", delay=20)
    expect(page.locator("#picks tbody tr")).to_have_count(1)
    assert page.evaluate("document.activeElement.id") == "filters-q"


def test_the_picked_rows_are_downloaded(page: Page) -> None:
    page.goto(LIST)
    page.check("#picks tr[data-key='140822'] input")
    page.check("#picks tr[data-key='141002'] input")
    with page.expect_download() as download:
        page.click(".bulk button:has-text('.csv')")
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line[:6] for line in lines[2:]] == ["140822", "141002"]
    assert download.value.suggested_filename.startswith("行政区")
