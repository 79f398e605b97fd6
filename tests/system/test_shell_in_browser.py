"""The shell in a real browser: quiet, whole in itself, at home on a desk and on a phone, driven by keys."""

from collections.abc import Callable
from datetime import date

import pytest
import shapely
from django.urls import reverse
from playwright.sync_api import Page, expect

from shuibao.platform.accounts.models import Grant, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Deadline, Region

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}

pytestmark = pytest.mark.browser

Opened = Callable[[User | None, dict[str, int]], tuple[Page, list[str]]]
NAMELESS = """[...document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select')]
    .filter(e => e.offsetParent !== null)
    .filter(e => !(e.textContent || e.ariaLabel || e.title || '').trim() && !(e.labels && e.labels.length))
    .map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def officer(transactional_db: None) -> User:
    """A supervision officer of Yuncheng with one thing to do; two counties with boundaries."""
    rows = (("140000", "山西省", "province"), ("140800", "运城市", "city"))
    rows += (("140802", "盐湖区", "county"), ("140822", "万荣县", "county"))
    for place, (code, name, level) in enumerate(rows):
        shape = shapely.box(110 + place, 35, 111 + place, 36) if level == "county" else None
        parent = {"province": None, "city": "140000", "county": "140800"}[level]
        Region.objects.create(code=code, name=name, level=level, parent_id=parent, boundary=shape)
    user = User.objects.create_user("li", password="longEnough-4711", name="李文静", region_id="140800")
    since = date(2020, 1, 1)
    Grant.objects.create(user=user, role=Role.SUPERVISOR, region_id="140800", valid_from=since)
    Deadline.objects.create(
        task="复核整改",
        title="示例铜矿排土场 拦挡整改，名称很长很长的一个对象，放不下的部分要收起来而不是把页面撑宽",
        about_type="core.region",
        about_key="140822",
        region_id="140822",
        person=user,
        act="整改复核",
        act_url="/todo/",
        url="/todo/",
        started_on=since,
        due_on=date(2026, 1, 5),
        due_at="2026-01-05T10:00:00Z",
        basis="平台默认",
        confidence="own",
    )
    return user


PAGES = (
    "/",
    "/?tab=handed_out",
    "/section/data/",
    "/section/treatment/",
    "/search/?q=盐湖",
    "/search/?q=没有",
    "/style/",
    "/todo/",
    "/notices/",
    "/jobs/",
    "/account/profile/",
)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_is_quiet_whole_in_itself_named_and_fits(
    opened: Opened, officer: User, size: dict[str, int], settings: object
) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    page, trouble = opened(officer, size)
    for address in PAGES:
        answer = page.goto(address)
        assert answer is not None
        assert (address, answer.status) == (address, 200)
        page.wait_for_load_state("networkidle")
        assert (address, trouble) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
        for landmark in ("header", "nav.rail", "main"):
            assert page.locator(landmark).count() == 1, (address, landmark)
        assert page.locator("h1").count() == 1, address
        assert page.locator("h1").inner_text().strip() in page.title(), address
        assert page.evaluate(NAMELESS) == [], address


def test_a_page_that_is_not_there_says_what_to_do(opened: Opened, officer: User) -> None:
    page, _ = opened(officer, PHONE)
    page.goto("/registers/regions/999999/")
    expect(page.locator("h1")).to_have_text("没有这个页面")
    expect(page.get_by_role("link", name="回首页")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_ctrl_k_searches_and_the_arrows_and_enter_open_what_was_found(opened: Opened, officer: User) -> None:
    page, trouble = opened(officer, DESK)
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("1408")
    expect(page.locator("#palette .found li a")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#palette .found li a").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/registers/regions/140802/")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    assert trouble == []


def test_enter_opens_no_hit_of_an_older_search(opened: Opened, officer: User) -> None:
    page, _ = opened(officer, DESK)
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("140822")
    expect(page.locator("#palette .found li a")).to_have_count(1)
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=14082")


def test_a_lost_connection_is_said(opened: Opened, officer: User) -> None:
    page, _ = opened(officer, DESK)
    page.goto("/")
    page.keyboard.press("Control+k")
    page.context.set_offline(True)
    page.keyboard.type("盐")
    expect(page.locator("#palette-found")).to_have_text("没有连上服务器，请稍后再试。")
    page.keyboard.press("Escape")
    page.evaluate("htmx.ajax('GET', '/jobs/', {target: '#due', swap: 'innerHTML'}).catch(() => 0)")
    expect(page.locator("#toast")).to_have_text("没有连上服务器，请稍后再试。")


def test_who_was_signed_out_in_the_meantime_comes_to_the_sign_in_page(opened: Opened, officer: User) -> None:
    page, _ = opened(officer, DESK)
    page.goto("/")
    page.context.clear_cookies()
    page.evaluate("htmx.ajax('GET', '/jobs/', {target: '#due', swap: 'innerHTML'})")
    page.wait_for_url(f"**{reverse('account_login')}**")
    expect(page.locator("input[name=login]").first).to_be_visible()


def test_the_region_is_switched_by_keys_and_stays(opened: Opened, officer: User) -> None:
    page, trouble = opened(officer, DESK)
    page.goto("/")
    switch = page.locator(".pick summary").first
    switch.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="盐湖区")).to_be_visible()
    assert page.get_by_role("button", name="山西省").count() == 0
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="万荣县")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#where")).to_have_text("万荣县")
    page.goto(reverse("section", args=["data"]))
    expect(page.locator(".pick summary").first).to_contain_text("万荣县")
    assert trouble == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_menu_opens_inside_the_screen(opened: Opened, officer: User, size: dict[str, int]) -> None:
    page, _ = opened(officer, size)
    page.goto("/")
    menus = page.locator("details.pick")
    for place in range(menus.count()):
        if not menus.nth(place).locator("summary").is_visible():
            continue
        menus.nth(place).locator("summary").click()
        box = menus.nth(place).locator(".menu").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        assert box["y"] + box["height"] <= size["height"]


def test_an_open_menu_closes_with_escape_and_with_a_click_elsewhere(opened: Opened, officer: User) -> None:
    page, _ = opened(officer, DESK)
    page.goto("/")
    menu = page.locator(".topbar__who .menu")
    page.locator(".topbar__who summary").click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.locator(".topbar__who summary")).to_be_focused()
    page.locator(".topbar__who summary").click()
    page.locator("h1").click()
    expect(menu).to_be_hidden()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_language_is_switched_and_back(opened: Opened, officer: User, size: dict[str, int]) -> None:
    page, trouble = opened(officer, size)
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    page.get_by_role("button", name="Switch to English").click()
    expect(page.locator("h1")).to_have_text("Home")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.get_by_role("button", name="切换到中文").click()
    expect(page.locator("h1")).to_have_text("首页")
    assert trouble == []


def test_the_first_tab_skips_to_the_content(opened: Opened, officer: User) -> None:
    page, _ = opened(officer, DESK)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_on_a_phone_the_rail_is_a_bar_at_the_foot_and_leads_everywhere(opened: Opened, officer: User) -> None:
    page, _ = opened(officer, PHONE)
    page.goto("/")
    bar = page.locator(".rail").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] == PHONE["height"]
    page.get_by_text("更多", exact=True).click()
    page.locator(".rail__more").get_by_role("link", name="数据").click()
    expect(page.locator("h1")).to_have_text("数据")


def test_paper_shows_the_content_alone(opened: Opened, officer: User) -> None:
    page, _ = opened(officer, DESK)
    page.goto("/")
    page.emulate_media(media="print")
    for hidden in (".topbar", ".rail"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.get_by_text("示例铜矿排土场")).to_be_visible()


def test_visitors_get_the_sign_in_page_quiet_and_fitting(opened: Opened, officer: User) -> None:
    for size in (DESK, PHONE):
        page, trouble = opened(None, size)
        page.goto("/")
        page.wait_for_load_state("networkidle")
        assert reverse("account_login") in page.url
        assert trouble == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
