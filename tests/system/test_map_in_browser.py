"""The one map in a real browser: layers, years, a county, a drawn polygon, the swipe, and a printed page."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

MADE = Path(__file__).parents[1] / "platform" / "monitoring"
if str(MADE) not in sys.path:
    sys.path.append(str(MADE))

from made import carry_out, claimed, finished_runs  # noqa: E402  (found through the path above)

from shuibao.data.regions import regions as shipped  # noqa: E402
from shuibao.platform.accounts.models import Grant, User  # noqa: E402
from shuibao.platform.accounts.roles import Role  # noqa: E402
from shuibao.platform.core.models import Region  # noqa: E402
from shuibao.platform.jobs import endings, services  # noqa: E402
from shuibao.platform.monitoring.models import Product, Secrecy  # noqa: E402
from shuibao.platform.monitoring.services import publish_product  # noqa: E402
from shuibao.platform.rulebook.services import load_shipped_rules  # noqa: E402

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE_MS = 30_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium with WebGL by software."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    flags += ["--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def engineer(transactional_db: None) -> User:
    """An engineer of Yuncheng, with the city, its counties and two published years."""
    load_shipped_rules()
    Region.objects.create(
        code="140800", name="运城市", level="city", boundary=shipped("cities")["140800"].boundary
    )
    for county in shipped("counties").values():
        if county.code.startswith("1408"):
            Region.objects.create(
                code=county.code,
                name=county.name,
                level="county",
                parent_id="140800",
                boundary=county.boundary,
            )
    user = User.objects.create_user("jiance", password="longEnough-4711", name="卫晓峰", region_id="140800")
    Grant.objects.create(user=user, role=Role.ENGINEER, region_id="140800", valid_from=date(2020, 1, 1))
    for year, result in finished_runs().items():
        asked = {"run_file": f"inputs/140800/{year}.toml"}
        if year == 2025:
            asked["baseline"] = "products/140800/2024/run"
        job = services.start("monitoring", asked, by=user, region=Region.objects.get(pk="140800"))
        claimed(job)
        assert job.task_id is not None and endings.done(job.pk, job.task_id, result)
        product = Product.objects.get(job=job)
        carry_out(publish_product(product.pk, by=user, secrecy=Secrecy.INTERNAL, approval_number="示例"))
    return user


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, engineer: User) -> Iterator[Page]:
    """The engineer's browser, signed in; it complains about nothing."""
    client = Client()
    client.force_login(engineer)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, base_url=live_server.url, locale="zh-CN"
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    trouble: list[str] = []
    opened.on(
        "console",
        lambda said: (
            trouble.append(said.text) if said.type == "error" or "Security Policy" in said.text else None
        ),
    )
    opened.on("pageerror", lambda error: trouble.append(str(error)))
    yield opened
    context.close()
    assert trouble == []


def number(page: Page, name: str) -> float:
    """A number of the strip."""
    expect(page.locator(f"#{name}")).to_have_text(re.compile(r"^[\d,.]+$"))
    return float(page.locator(f"#{name}").inner_text().replace(",", ""))


def test_the_map_from_opening_to_print(page: Page, tmp_path: Path) -> None:
    old, new = Product.objects.order_by("year")
    page.goto(reverse("onemap:map"))
    expect(page.locator("#om")).to_have_attribute("data-ready", "yes")
    assert number(page, "st-erosion") == pytest.approx(new.erosion_area_km2, abs=0.06)

    page.get_by_role("radio", name="2024").check()
    expect(page.locator("#om-title")).to_contain_text("2024")
    expect(page.locator("#st-rate")).to_have_text(f"{old.rate_pct:.2f}")
    page.get_by_role("radio", name="2025").check()
    expect(page.locator("#st-rate")).to_have_text(f"{new.rate_pct:.2f}")

    picture = page.locator("#map-right canvas")
    box = picture.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + (box["height"] - 90) / 2)
    page.mouse.click(*middle)
    county = page.locator("#inspector h2")
    expect(county).to_have_text(re.compile("[县市区]$"))
    expect(page.locator("#st-name")).to_have_text(county.inner_text())
    expect(page.locator("#inspector")).to_contain_text("侵蚀图斑")

    page.get_by_role("checkbox", name=re.compile("侵蚀图斑")).check()
    page.get_by_role("button", name="圈定范围").click()
    corners = [(-80, -60), (80, -60), (80, 60), (-80, 60)]
    for x, y in corners:
        page.mouse.click(middle[0] + x, middle[1] + y)
        page.wait_for_timeout(400)
    page.mouse.dblclick(middle[0] - 90, middle[1])
    expect(page.locator("#st-name")).to_have_text("圈定范围")
    assert 0 < number(page, "st-erosion") < number(page, "st-land")

    page.get_by_role("button", name="与上一期卷帘").click()
    expect(page.locator("#map-left")).to_have_attribute("data-ready", "yes")
    page.locator("#swipe").fill("300")
    assert "70%" in page.locator("#map-left").evaluate("element => element.style.clipPath")
    page.wait_for_timeout(1500)
    page.screenshot(path=tmp_path / "map.png")
    page.get_by_role("button", name="与上一期卷帘").click()

    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    page.get_by_role("button", name="打印").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    page.pdf(path=tmp_path / "map.pdf", prefer_css_page_size=True, print_background=True)
    assert (tmp_path / "map.pdf").stat().st_size > 20_000
    assert "raster=intensity" in page.url and "layers=patches" in page.url
    keep = os.environ.get("SHUIBAO_SHOTS")
    if keep:
        for name in ("map.png", "map.pdf"):
            shutil.copy(tmp_path / name, Path(keep) / name)
