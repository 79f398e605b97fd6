"""The pages of an import, as a browser meets them: who gets there, each step, what stays unwritten."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region
from shuibao.platform.registers.importing import background
from shuibao.platform.registers.importing.models import Import

pytestmark = pytest.mark.django_db

HOME = "/registers/test-dams/import/"
GOOD = "编码,名称,行政区,坝高\nd1,王家沟坝,140802,12.5\nd2,李家沟坝,140802,8\n"
BAD = "编码,名称,行政区,坝高\nd1,王家沟坝,140802,高\nd2,李家沟坝,140822,8\n"


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.fixture
def browser(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def sent(client: Client, text: str, name: str = "坝.csv", to: str = HOME) -> HttpResponse:
    return client.post(to, {"file": SimpleUploadedFile(name, text.encode())}, follow=True)


def mapped(client: Client, imported: Import, **more: str) -> HttpResponse:
    columns = {f"column_{name}": column for name, column in imported.mapping.items()}
    return client.post(f"{HOME}{imported.pk}/columns/", columns | more, follow=True)


def test_a_table_goes_from_upload_to_result(browser: Client, dam_model: Any) -> None:
    page = sent(browser, GOOD).content.decode()
    assert "各字段取自哪一列" in page
    assert "核对 2 行" in page
    imported = Import.objects.get()
    page = mapped(browser, imported).content.decode()
    assert "导入 2 条" in page
    assert "王家沟坝" in page
    assert not dam_model.objects.exists()
    page = browser.post(f"{HOME}{imported.pk}/write/", follow=True).content.decode()
    assert "新增 2，变更 0" in page
    assert dam_model.objects.count() == 2
    assert "导入过（新增 2，变更 0）" in sent(browser, GOOD, "另存.csv").content.decode()


def test_faults_are_shown_with_their_places_and_can_be_taken_away_as_a_table(
    browser: Client, dam_model: Any
) -> None:
    sent(browser, BAD)
    imported = Import.objects.get()
    page = mapped(browser, imported).content.decode()
    assert "错误 2 处" in page
    assert "不是数值" in page
    assert "你没有在 140822 导入的权限" in page
    assert "/write/" not in page
    answer = browser.get(f"{HOME}{imported.pk}/errors.xlsx")
    lines = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert "坝高“高”：不是数值" in lines[1][1]
    refused = browser.post(f"{HOME}{imported.pk}/write/")
    assert refused.status_code == 409
    assert not dam_model.objects.exists()


def test_what_the_file_does_not_say_is_asked_on_a_page_of_its_own(browser: Client) -> None:
    page = sent(browser, "编码,名称,行政区,经度,纬度\nd1,甲坝,140802,111.0,35.0\n").content.decode()
    assert "坐标列怎样用" in page
    imported = Import.objects.get()
    said = {"shape": "points", "east": "经度", "north": "纬度"}
    page = browser.post(f"{HOME}{imported.pk}/answer/", said, follow=True).content.decode()
    assert "坐标是哪个坐标系" in page
    page = browser.post(
        f"{HOME}{imported.pk}/answer/", {"crs_free": "EPSG:4490"}, follow=True
    ).content.decode()
    assert "1 个图形" in page
    assert "各字段取自哪一列" in page


def test_an_unfinished_import_waits_for_its_person(browser: Client) -> None:
    sent(browser, GOOD)
    imported = Import.objects.get()
    assert f"{HOME}{imported.pk}/" in browser.get(HOME).content.decode()
    assert "各字段取自哪一列" in browser.get(f"{HOME}{imported.pk}/").content.decode()
    browser.post(f"{HOME}{imported.pk}/give-up/")
    assert "没有写入任何内容" in browser.get(f"{HOME}{imported.pk}/").content.decode()


def test_a_missing_column_is_said_beside_the_columns_and_keeps_what_was_chosen(browser: Client) -> None:
    sent(browser, GOOD)
    imported = Import.objects.get()
    answer = browser.post(f"{HOME}{imported.pk}/columns/", {"column_code": "编码", "blanks": "clear"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "还没有选对应的列：名称、行政区" in page
    assert "<option selected>编码</option>" in page


def test_a_file_of_no_known_kind_keeps_its_reason(browser: Client) -> None:
    page = sent(browser, "%PDF", "a.pdf").content.decode()
    assert "不是能导入的文件" in page
    assert Import.objects.get().state == Import.State.REFUSED


def test_visitors_sign_in_first(visitor: Client, dams: object, regions: object) -> None:
    answer = visitor.get(HOME)
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.parametrize("path", ["", "errors.xlsx"])
def test_another_countys_officer_does_not_find_the_import(
    browser: Client, make_user: Callable[..., User], path: str
) -> None:
    sent(browser, GOOD)
    imported = Import.objects.get()
    other = Client()
    other.force_login(make_user("other", Role.SUPERVISOR, "140822"))
    assert other.get(f"{HOME}{imported.pk}/{path}").status_code == 404


@pytest.mark.parametrize("act", ["answer", "columns", "write", "give-up"])
def test_another_countys_officer_cannot_go_on_with_the_import(
    browser: Client, make_user: Callable[..., User], act: str, dam_model: Any
) -> None:
    sent(browser, GOOD)
    imported = Import.objects.get()
    mapped(browser, imported)
    other = Client()
    other.force_login(make_user("other", Role.SUPERVISOR, "140822"))
    columns = {f"column_{name}": column for name, column in imported.mapping.items()}
    assert other.post(f"{HOME}{imported.pk}/{act}/", columns).status_code == 404
    imported.refresh_from_db()
    assert imported.state == Import.State.CHECKED
    assert not dam_model.objects.exists()


def test_those_without_the_verb_get_no_import_and_those_who_see_nothing_no_page(
    make_user: Callable[..., User], dams: object
) -> None:
    auditor, liaison = Client(), Client()
    auditor.force_login(make_user("auditor", Role.AUDITOR))
    liaison.force_login(make_user("liaison", Role.LIAISON))
    assert auditor.get(HOME).status_code == 403
    assert liaison.get(HOME).status_code == 404
    assert liaison.get("/registers/nothing/import/").status_code == 404


def test_a_large_file_is_checked_and_written_by_a_job(
    browser: Client,
    officer: User,
    regions: dict[str, Region],
    dam_model: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from shuibao.platform.accounts.roles import VERBS
    from shuibao.platform.jobs.models import Job

    monkeypatch.setattr(background, "IN_PROCESS_ROWS", 1)
    monkeypatch.setitem(VERBS, Role.SUPERVISOR, (*VERBS[Role.SUPERVISOR], "jobs.start"))
    browser.force_login(User.objects.get(pk=officer.pk))
    sent(browser, GOOD)
    imported = Import.objects.get()
    page = mapped(browser, imported).content.decode()
    job = Job.objects.get()
    assert job.kind == background.KIND
    assert f"/jobs/{job.pk}/" in page
    background.ACTS[job.parameters["act"]](imported.pk)
    Job.objects.update(state=Job.State.DONE)
    page = browser.get(f"{HOME}{imported.pk}/").content.decode()
    assert "导入 2 条" in page
    assert f"/jobs/{job.pk}/" not in page


def test_the_pages_hold_no_inline_script_or_style(browser: Client) -> None:
    pages = [browser.get(HOME).content.decode(), sent(browser, BAD).content.decode()]
    pages.append(mapped(browser, Import.objects.get()).content.decode())
    for page in pages:
        assert " style=" not in page
        assert "onclick" not in page


def test_files_lie_in_the_data_folder_under_their_hash(browser: Client, data_folder: Path) -> None:
    sent(browser, GOOD)
    sent(browser, GOOD)
    imported = Import.objects.first()
    assert imported is not None
    kept = [path for path in (data_folder / "imports").rglob("*") if path.is_file()]
    assert [path.name for path in kept] == [f"{imported.sha256}.csv"]
