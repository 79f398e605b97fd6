"""A Shapefile on its way into a register, in a real browser: two bad rows named, mended, imported, seen."""

import os
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.urls import reverse
from playwright.sync_api import Page, expect

from shuibao.platform.accounts.models import Grant, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}

Opened = Callable[[User, dict[str, int]], tuple[Page, list[str]]]

GOOD = shapely.box(111.0, 35.0, 111.05, 35.05)
BOW = shapely.Polygon([(111.0, 35.0), (111.05, 35.05), (111.05, 35.0), (111.0, 35.05)])

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
]


@pytest.fixture
def keeper(transactional_db: None) -> User:
    """Who keeps the regions of Yuncheng."""
    for code, name, level in (("140800", "运城市", "city"), ("140802", "盐湖区", "county")):
        Region.objects.get_or_create(code=code, defaults={"name": name, "level": level})
    user = User.objects.create_user("keeper", password="longEnough-4711", name="解管理", region_id="140800")
    Grant.objects.create(user=user, role=Role.ADMINISTRATOR, region_id="140800", valid_from=date(2020, 1, 1))
    return user


@pytest.fixture
def page(opened: Opened, keeper: User) -> Iterator[Page]:
    """The keeper's browser, signed in; it complains about nothing but the refusal that a test expects."""
    shown, trouble = opened(keeper, DESK)
    yield shown
    assert trouble == []


def shapefile(folder: Path, second: shapely.Geometry, third_level: str) -> Path:
    """Three townships as a zipped Shapefile in GBK, without .cpg."""
    folder.mkdir()
    columns = (
        ["140802100", "140802101", "140802102"],
        ["解州镇", "龙居镇", "北相镇"],
        ["乡镇（街道）", "乡镇（街道）", third_level],
        ["140802"] * 3,
    )
    pyogrio.raw.write(
        folder / "towns.shp",
        shapely.to_wkb(np.array([GOOD, second, GOOD], dtype=object)),
        [np.array(column, dtype=object) for column in columns],
        np.array(["code", "name", "level", "parent"], dtype=object),
        driver="ESRI Shapefile",
        geometry_type="Polygon",
        crs="EPSG:4490",
        encoding="GB18030",
    )
    packed = folder / "乡镇.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in (".shp", ".shx", ".dbf", ".prj"):
            archive.write(folder / f"towns{part}", f"towns{part}")
    return packed


def checked(page: Page, file: Path) -> None:
    """Uploads the file, answers for its encoding, takes the guessed columns, has it checked."""
    page.goto(reverse("registers:import", args=["regions"]))
    page.get_by_label("文件", exact=True).set_input_files(file)
    page.get_by_role("button", name="上传并查看").click()
    page.get_by_label("GBK").check()
    page.get_by_role("button", name="按此读取文件").click()
    expect(page.get_by_label("名称")).to_have_value("name")
    page.get_by_role("button", name="核对 3 行").click()


def test_two_bad_rows_are_named_nothing_is_saved_and_the_mended_file_is_imported(
    page: Page, tmp_path: Path
) -> None:
    checked(page, shapefile(tmp_path / "bad", BOW, "屯"))
    expect(page.get_by_text("边界自相交")).to_be_visible()
    expect(page.get_by_text("不在可选值内")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^导入"))).to_have_count(0)
    assert Region.objects.filter(level="township").count() == 0

    checked(page, shapefile(tmp_path / "good", GOOD, "乡镇（街道）"))
    page.get_by_role("button", name="导入 3 条").click()
    expect(page.get_by_text("新增 3，变更 0")).to_be_visible()
    page.get_by_role("link", name="查看行政区").click()
    expect(page.get_by_role("link", name="龙居镇")).to_be_visible()
    page.goto(reverse("registers:history", args=["regions", "140802101"]))
    expect(page.get_by_text("解管理").first).to_be_visible()
    assert Region.objects.get(pk="140802101").boundary_size > 0


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_pages_of_an_import_fit_the_screen(page: Page, tmp_path: Path, size: dict[str, int]) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    checked(page, shapefile(tmp_path / "bad", BOW, "屯"))
    for address in (page.url, page.url + "?step=columns", reverse("registers:import", args=["regions"])):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        if folder := os.environ.get("SHUIBAO_SHOTS"):
            page.screenshot(path=f"{folder}/import-{size['width']}-{len(address)}.png", full_page=True)
