"""A register in a real browser: filtered, sorted, handed out, opened, changed; nobody else's rows."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from shuibao.platform.accounts.models import Grant, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.deadlines import Basis, Task, Term, set_deadline
from shuibao.platform.core.models import Event, Region
from shuibao.platform.core.responsible import Responsible
from shuibao.platform.core.terms import by_day
from shuibao.platform.rulebook.models import RuleVersion
from shuibao.platform.rulebook.services import load_shipped_rules

DESK = {"width": 1366, "height": 768}
CHINESE = re.compile("[一-鿿]")
TOWNSHIPS = 30

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Opened = Callable[[User | None, dict[str, int]], tuple[Page, list[str]]]
MakeUser = Callable[..., User]


@pytest.fixture
def make_user(transactional_db: None) -> MakeUser:
    """Makes people of a place with two counties and thirty townships."""
    rows = [("140000", "山西省", "province", None), ("140800", "运城市", "city", "140000")]
    rows += [("140802", "盐湖区", "county", "140800"), ("140822", "万荣县", "county", "140800")]
    rows += [(f"140822{101 + n}", f"示例{n + 1:02d}镇", "township", "140822") for n in range(TOWNSHIPS)]
    for code, name, level, parent in rows:
        Region.objects.create(code=code, name=name, level=level, parent_id=parent)

    def make(username: str, name: str, role: Role, code: str | None = "140800") -> User:
        user = User.objects.create_user(username, name=name, region_id=code or "140000")
        Grant.objects.create(user=user, role=role, region_id=code, valid_from=date(2020, 1, 1))
        return user

    return make


def query_of(page: Page) -> dict[str, list[str]]:
    """What the address asks for."""
    return parse_qs(urlsplit(page.url).query)


def names_of(page: Page) -> list[str]:
    """The links of the rows, from above."""
    return page.locator("#picks tbody td a").all_inner_texts()


def row_of(page: Page, name: str) -> Locator:
    """The row with that link."""
    return page.locator("#picks tbody tr").filter(has=page.get_by_role("link", name=name, exact=True))


def test_the_address_keeps_the_filter_and_the_browsers_arrows_lead_through_it(
    opened: Opened, make_user: MakeUser
) -> None:
    page, trouble = opened(make_user("keeper", "解管理", Role.ADMINISTRATOR), DESK)
    page.goto("/registers/regions/")
    page.locator("#chip-level summary").click()
    page.locator("#chip-level").get_by_label("县（市、区）").check()
    expect(page.locator("h1 + .t-2")).to_have_text("2 个")
    assert query_of(page) == {"level": ["county"]}
    page.keyboard.press("Escape")
    page.get_by_role("searchbox").fill("万荣")
    expect(page.locator("h1 + .t-2")).to_have_text("1 个")
    assert query_of(page) == {"level": ["county"], "q": ["万荣"]}
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.go_back()
    expect(page.locator("h1 + .t-2")).to_have_text("2 个")
    expect(page.get_by_role("searchbox")).to_have_value("")
    page.go_forward()
    expect(page.locator("h1 + .t-2")).to_have_text("1 个")
    page.reload()
    assert names_of(page) == ["万荣县"]
    page.get_by_role("searchbox").fill("没有这样的地方")
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    page.get_by_role("link", name="清除筛选").click()
    expect(page.locator("h1 + .t-2")).to_have_text(f"{TOWNSHIPS + 4} 个")
    assert query_of(page) == {}
    assert trouble == []


def test_a_list_is_sorted_and_a_filter_is_kept_as_a_view(opened: Opened, make_user: MakeUser) -> None:
    page, trouble = opened(make_user("keeper", "解管理", Role.ADMINISTRATOR), DESK)
    page.goto("/registers/regions/?level=township")
    head = page.locator("#picks th").filter(has_text="行政区划代码")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert names_of(page)[0] == f"示例{TOWNSHIPS}镇"
    assert query_of(page)["level"] == ["township"]
    page.locator(".keep summary").click()
    page.get_by_label("视图名称").fill("我的乡镇")
    page.get_by_role("button", name="存为视图").click()
    tabs = page.get_by_role("navigation", name="视图")
    expect(tabs.get_by_role("link", name="我的乡镇")).to_have_attribute("aria-current", "true")
    tabs.get_by_role("link", name="全部").click()
    expect(page.locator("h1 + .t-2")).to_have_text(f"{TOWNSHIPS + 4} 个")
    tabs.get_by_role("link", name="我的乡镇").click()
    expect(page.locator("h1 + .t-2")).to_have_text(f"{TOWNSHIPS} 个")
    page.get_by_role("button", name="不再保留视图 我的乡镇").click()
    expect(tabs.get_by_role("link", name="我的乡镇")).to_have_count(0)
    assert trouble == []


def test_picked_rows_are_handed_out_with_the_line_that_says_whose_copy_it_is(
    opened: Opened, make_user: MakeUser, tmp_path: Path
) -> None:
    page, trouble = opened(make_user("keeper", "解管理", Role.ADMINISTRATOR), DESK)
    page.goto("/registers/regions/?level=county")
    for name in ("盐湖区", "万荣县"):
        row_of(page, name).get_by_role("checkbox").check()
    expect(page.get_by_text("已选 2 个")).to_be_visible()
    row_of(page, "万荣县").get_by_role("checkbox").uncheck()
    expect(page.get_by_text("已选 1 个")).to_be_visible()
    with page.expect_download() as copy:
        page.get_by_role("button", name="导出所选 .xlsx").click()
    file = tmp_path / "copy.xlsx"
    copy.value.save_as(file)
    assert copy.value.suggested_filename.startswith("行政区")
    book = load_workbook(file)
    rows = list(book["行政区"].values)
    assert rows[0][:2] == ("行政区划代码", "名称")
    assert [row[:3] for row in rows[1:]] == [("140802", "盐湖区", "县（市、区）")]
    mark = book["说明"]["A1"].value
    assert isinstance(mark, str)
    assert "行政区 1 个，解管理 于" in mark
    assert "所选 1 个" in mark
    assert Event.objects.get(verb="regions.exported").facts["count"] == 1
    assert trouble == []


def test_an_object_is_opened_changed_and_remembered_and_the_way_back_leads_to_the_same_row(
    opened: Opened, make_user: MakeUser
) -> None:
    page, trouble = opened(make_user("keeper", "解管理", Role.ADMINISTRATOR), DESK)
    page.goto("/registers/regions/?level=township&per=50&sort=-code")
    row_of(page, "示例05镇").locator("td").nth(2).click()
    expect(row_of(page, "示例05镇")).to_have_attribute("aria-current", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("示例05镇")

    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_label("名称").fill("示例新镇")
    page.get_by_role("button", name="保存修改").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("示例新镇")
    expect(page.locator(".tl")).to_contain_text("解管理 修改名称")
    page.get_by_role("link", name="历史版本").click()
    change = page.locator("main tbody tr").filter(has_text="修改")
    for words in ("解管理", "名称", "示例05镇", "示例新镇"):
        expect(change).to_contain_text(words)
    page.go_back()
    page.get_by_label("位置", exact=True).get_by_role("link", name="行政区").click()
    expect(row_of(page, "示例新镇")).to_have_attribute("aria-current", "true")
    assert query_of(page) == {"level": ["township"], "per": ["50"], "sort": ["-code"]}
    expect(row_of(page, "示例新镇")).to_be_in_viewport()
    expect(row_of(page, "示例30镇")).not_to_be_in_viewport()
    assert trouble == []


def test_a_wrong_value_is_named_beside_its_field_and_what_was_typed_stays(
    opened: Opened, make_user: MakeUser
) -> None:
    page, trouble = opened(make_user("keeper", "解管理", Role.ADMINISTRATOR), DESK)
    page.goto("/registers/regions/140822/edit/")
    page.get_by_label("来源").fill("民政部 2026")
    page.get_by_label("名称").fill("")
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="保存修改").click()
    wrong = page.locator(".field").filter(has=page.get_by_label("名称"))
    expect(wrong.locator(".err")).to_be_visible()
    expect(page.get_by_label("来源")).to_have_value("民政部 2026")
    assert [words for words in trouble if "400" not in words] == []


def test_an_officer_of_a_county_finds_nobody_of_another(opened: Opened, make_user: MakeUser) -> None:
    officer = make_user("yanhu", "畅盐生", Role.SUPERVISOR, "140802")
    other = make_user("wanrong", "范荣河", Role.SUPERVISOR, "140822")
    page, trouble = opened(officer, DESK)
    page.goto("/registers/people/")
    assert names_of(page) == ["畅盐生"]
    page.get_by_role("searchbox").fill("范荣河")
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    page.goto("/search/?q=范荣河")
    expect(page.locator("main")).not_to_contain_text("wanrong")
    assert page.get_by_role("link", name="范荣河").count() == 0
    page.goto("/registers/people/?region=140822")
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    assert trouble == []
    page.goto(f"/registers/people/{other.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有这个页面")
    assert [words for words in trouble if "404" not in words] == []


def test_a_rule_is_verified_and_replaced_with_evidence_and_the_past_keeps_its_version(
    opened: Opened, make_user: MakeUser
) -> None:
    load_shipped_rules()
    rule = RuleVersion.objects.get(rule_id="patches.min_area_m2")
    page, trouble = opened(make_user("engineer", "卫监测", Role.ENGINEER, None), DESK)
    page.goto(f"/registers/rules/?q={rule.rule_id}")
    page.get_by_role("link", name=rule.rule_id).click()
    page.get_by_role("link", name="核验", exact=True).click()
    page.get_by_label(re.compile("^核验依据")).fill("SL/T 341-2021 第 4.2 条，原件")
    page.get_by_role("button", name="核验此规则").click()
    versions = page.locator("section").filter(has=page.get_by_role("heading", name="版本", exact=True))
    expect(versions.locator("tbody tr")).to_have_count(2)
    expect(versions).to_contain_text(f"卫监测 {timezone.localdate():%Y-%m-%d}")
    expect(page.locator(".tl")).to_contain_text("依据 SL/T 341-2021 第 4.2 条，原件")

    page.get_by_role("link", name="替换", exact=True).click()
    page.get_by_label(re.compile("^新取值")).fill("很小")
    page.get_by_label(re.compile("^适用地区")).select_option(label="运城市")
    page.get_by_label("施行日期").fill("2026-01-01")
    page.get_by_label(re.compile("^依据")).fill("运水保〔2026〕1 号")
    page.get_by_label(re.compile("^核验依据")).fill("原件第 3 条")
    page.get_by_role("button", name="替换此规则").click()
    expect(page.get_by_text("不是数值")).to_be_visible()
    assert [words for words in trouble if "400" not in words] == []
    trouble.clear()
    page.get_by_label(re.compile("^新取值")).fill("500")
    page.get_by_role("button", name="替换此规则").click()
    expect(versions.locator("tbody tr")).to_have_count(3)
    expect(page.locator(".tl")).to_contain_text("→ 500")
    expect(page.locator(".tl")).to_contain_text("自 2026-01-01 起")
    versions.get_by_role("link").last.click()
    expect(page.get_by_role("link", name="替换", exact=True)).to_have_count(0)
    assert trouble == []


def test_what_an_engineer_has_to_do_leads_to_where_it_is_done(opened: Opened, make_user: MakeUser) -> None:
    engineer = make_user("engineer", "卫监测", Role.ENGINEER)
    address = "/registers/regions/140822/"
    task = Task("核对行政区", url=address, act="去核对", act_url=address, detail="边界有更新")
    term = Term(date(2026, 1, 4), by_day(date(2026, 1, 5), "140800"), Basis("", "测试用的期限", "own"))
    city = Region.objects.get(pk="140800")
    set_deadline(city, task, term, responsible=Responsible(role=Role.ENGINEER))
    page, trouble = opened(engineer, DESK)
    page.goto("/")
    page.get_by_role("link", name="待办 1 件").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("待办")
    row = page.locator("main tbody tr")
    expect(row).to_contain_text("逾期")
    expect(row).to_contain_text("边界有更新")
    row.get_by_role("link", name="去核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("万荣县")
    assert trouble == []


def test_in_english_the_shell_says_nothing_in_chinese(opened: Opened, make_user: MakeUser) -> None:
    page, trouble = opened(make_user("engineer", "Wei", Role.ENGINEER), DESK)
    page.goto("/registers/regions/")
    page.get_by_role("button", name="Switch to English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".topbar__who summary").click()
    # The platform and regions keep their names; the switch names both tongues.
    names = ".topbar__mark, .pick:has([name=code]), .language"
    said = page.evaluate(
        """names => [...document.querySelectorAll('.topbar, .rail')].map(part => {
            const copy = part.cloneNode(true);
            copy.querySelectorAll(names).forEach(one => one.remove());
            const labels = [...copy.querySelectorAll('[aria-label], [title]')];
            return copy.textContent + labels.map(one => one.ariaLabel + one.title).join(' ');
        }).join(' ')""",
        names,
    )
    assert CHINESE.findall(said) == [], said
    assert trouble == []


def test_on_paper_a_register_and_an_object_stand_without_bars_and_buttons(
    opened: Opened, make_user: MakeUser
) -> None:
    page, trouble = opened(make_user("keeper", "解管理", Role.ADMINISTRATOR), DESK)
    for address in ("/registers/regions/?level=county", "/registers/regions/140822/"):
        page.goto(address)
        page.emulate_media(media="print")
        for hidden in (".topbar", ".rail", "main .btn"):
            for part in page.locator(hidden).all():
                expect(part).to_be_hidden()
        expect(page.locator("main").get_by_text("万荣县").locator("visible=true").first).to_be_visible()
        page.emulate_media(media="screen")
        expect(page.locator(".topbar")).to_be_visible()
    assert trouble == []
