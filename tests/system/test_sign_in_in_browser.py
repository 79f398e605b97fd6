"""Signing in with a real browser: password, second factor, lock, ended accounts, idle time, keys alone."""

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from shuibao.platform.accounts.models import Grant, User
from shuibao.platform.accounts.policy import policy
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Event, Region

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}
PASSWORD, WRONG = "longEnough-4711", "wrong-Guess-1"
STEP_S = 30

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Opened = Callable[[User | None, dict[str, int]], tuple[Page, list[str]]]
MakeUser = Callable[..., User]


@pytest.fixture
def make_user(transactional_db: None) -> MakeUser:
    """Makes people of Yuncheng; no lock is left from another test."""
    cache.clear()
    Region.objects.get_or_create(code="140800", defaults={"name": "运城市", "level": "city"})

    def make(username: str, role: Role, **facts: object) -> User:
        user = User.objects.create_user(
            username, password=PASSWORD, name=f"解{username}", region_id="140800", **facts
        )
        Grant.objects.create(user=user, role=role, region_id="140800", valid_from=date(2020, 1, 1))
        return user

    return make


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Types both and presses the button."""
    page.goto("/account/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("口令", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def give_code(page: Page, digits: str) -> None:
    """Types the code of the second step and presses the button."""
    page.get_by_label("验证码").fill(digits)
    page.get_by_role("button", name="登录", exact=True).click()


def sign_out(page: Page) -> None:
    """Through the menu behind one's name."""
    page.locator(".topbar__who summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录", exact=True)).to_be_visible()


def code(secret: str, steps: int) -> str:
    """What an authenticator shows some half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // STEP_S + steps))


def wrong_code(secret: str) -> str:
    """Six digits that are none of those an authenticator shows about now."""
    right = {code(secret, steps) for steps in range(-3, 4)}
    return next(digits for digits in (f"{digit}" * 6 for digit in range(8)) if digits not in right)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_an_administrator_binds_a_second_factor_and_signs_in_with_it(
    opened: Opened, make_user: MakeUser, size: dict[str, int]
) -> None:
    make_user("keeper", Role.ADMINISTRATOR)
    page, trouble = opened(None, size)
    sign_in(page, "keeper")
    expect(page.get_by_role("heading", name="设置验证器")).to_be_visible()
    expect(page.get_by_text("你的角色必须使用第二因子")).to_be_visible()
    page.goto("/registers/people/")
    expect(page.get_by_role("heading", name="设置验证器")).to_be_visible()
    secret = page.locator(".signin__secret").inner_text().strip()
    assert page.locator(".signin__qr").evaluate("image => image.naturalWidth") > 0
    page.get_by_label("验证码").fill(wrong_code(secret))
    page.get_by_role("button", name="启用验证器").click()
    expect(page.get_by_text("验证码不对或已用过")).to_be_visible()
    assert page.locator(".signin__secret").inner_text().strip() == secret
    page.get_by_label("验证码").fill(code(secret, -1))
    page.get_by_role("button", name="启用验证器").click()
    expect(page.get_by_role("heading", name="恢复码")).to_be_visible()
    expect(page.locator(".signin__codes li")).to_have_count(10)
    page.get_by_role("link", name="已保存，进入首页").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    sign_out(page)

    sign_in(page, "keeper")
    expect(page.get_by_role("heading", name="输入验证码")).to_be_visible()
    page.goto("/registers/people/")
    expect(page.get_by_role("heading", name="输入验证码")).to_be_visible()
    give_code(page, wrong_code(secret))
    expect(page.get_by_text("验证码不对或已用过")).to_be_visible()
    give_code(page, code(secret, 0))
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert trouble == []


def test_a_recovery_code_opens_once(opened: Opened, make_user: MakeUser) -> None:
    make_user("keeper", Role.ADMINISTRATOR)
    page, trouble = opened(None, DESK)
    sign_in(page, "keeper")
    secret = page.locator(".signin__secret").inner_text().strip()
    page.get_by_label("验证码").fill(code(secret, 0))
    page.get_by_role("button", name="启用验证器").click()
    recovery = page.locator(".signin__codes li").first.inner_text().strip()
    page.get_by_role("link", name="已保存，进入首页").click()
    sign_out(page)
    sign_in(page, "keeper")
    give_code(page, recovery)
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    sign_out(page)
    sign_in(page, "keeper")
    give_code(page, recovery)
    expect(page.get_by_text("验证码不对或已用过")).to_be_visible()
    assert trouble == []


def test_wrong_passwords_lock_the_account_until_the_lock_has_run_out(
    opened: Opened, make_user: MakeUser
) -> None:
    officer = make_user("officer", Role.SUPERVISOR)
    page, trouble = opened(None, DESK)
    for _ in range(policy().lockout_attempts):
        sign_in(page, "officer", WRONG)
        expect(page.get_by_text("用户名或口令不对。连续输错会锁定账号。")).to_be_visible()
        expect(page.get_by_label("用户名")).to_have_value("officer")
        expect(page.get_by_label("口令", exact=True)).to_have_value("")
    sign_in(page, "officer")
    expect(page.get_by_text(f"已锁定。请 {policy().lockout_minutes} 分钟后再试")).to_be_visible()
    page.goto("/todo/")
    expect(page.get_by_role("heading", name="登录", exact=True)).to_be_visible()
    assert Event.objects.filter(verb="people.locked", about_key=str(officer.pk)).count() == 1

    let_locks_run_out()
    sign_in(page, "officer")
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    assert trouble == []


def let_locks_run_out() -> None:
    """Sets the time at which the cache's entries end into the past, as if their minutes had gone by."""
    ended = connection.ops.adapt_datetimefield_value(timezone.now() - timedelta(seconds=5))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache_entry SET expires = %s", [ended])
        assert cursor.rowcount > 0


def test_an_ended_account_is_told_so_and_stays_out(opened: Opened, make_user: MakeUser) -> None:
    make_user("gone", Role.SUPERVISOR, is_active=False)
    page, trouble = opened(None, DESK)
    sign_in(page, "gone")
    expect(page.get_by_role("heading", name="账号已停用")).to_be_visible()
    page.goto("/todo/")
    expect(page.get_by_role("heading", name="登录", exact=True)).to_be_visible()
    assert trouble == []


def test_an_account_that_is_ended_in_mid_session_is_out_at_the_next_click(
    opened: Opened, make_user: MakeUser
) -> None:
    officer = make_user("officer", Role.SUPERVISOR)
    page, trouble = opened(officer, DESK)
    page.goto("/")
    User.objects.filter(pk=officer.pk).update(is_active=False)
    page.locator(".topbar__bell").click()
    expect(page.get_by_role("heading", name="登录", exact=True)).to_be_visible()
    assert trouble == []


def test_after_the_idle_time_one_signs_in_again_and_comes_back_to_the_page(
    opened: Opened, make_user: MakeUser
) -> None:
    make_user("officer", Role.SUPERVISOR)
    page, trouble = opened(None, DESK)
    sign_in(page, "officer")
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    page.goto("/registers/people/?q=officer")
    expect(page.get_by_role("heading", name="登录", exact=True)).to_be_visible()
    page.get_by_label("用户名").fill("officer")
    page.get_by_label("口令", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("人员")
    assert urlsplit(page.url).query == "q=officer"
    assert trouble == []


def test_the_cookie_of_the_session_is_closed_to_scripts_and_ends_with_the_browser(
    opened: Opened, make_user: MakeUser
) -> None:
    make_user("officer", Role.SUPERVISOR)
    page, _trouble = opened(None, DESK)
    sign_in(page, "officer")
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    kept = next(cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    assert (kept["httpOnly"], kept["sameSite"], kept["expires"]) == (True, "Lax", -1)
    assert "sessionid" not in page.evaluate("document.cookie")


def test_keys_alone_sign_in_and_out(opened: Opened, make_user: MakeUser) -> None:
    make_user("officer", Role.SUPERVISOR)
    page, trouble = opened(None, DESK)
    page.goto("/account/login/")
    tab_to(page, "#id_login")
    page.keyboard.type("officer")
    page.keyboard.press("Tab")
    expect(page.locator("#id_password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    tab_to(page, ".topbar__who summary")
    page.keyboard.press("Enter")
    tab_to(page, ".topbar__who button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="登录", exact=True)).to_be_visible()
    assert trouble == []


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the focus is there; each stop on the way can be seen."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")
    raise AssertionError(f"Tab does not reach {selector}")
