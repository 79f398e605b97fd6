"""What goes wrong is answered in words, with a number that the log has too."""

import logging
from collections.abc import Callable
from types import ModuleType

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from shuibao.platform import urls
from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.errors import Conflict, NotAllowed
from shuibao.platform.core.models import Region
from shuibao.platform.home.request_id import InLog

pytestmark = pytest.mark.django_db

RAISED = {
    "allowed": NotAllowed("dams.edit", "示例坝"),
    "conflict": Conflict("示例坝已被他人修改，请刷新后再改。"),
    "gone": Region.DoesNotExist(),
    "odd": SuspiciousOperation(),
    "crash": ZeroDivisionError("inner secret"),
}


def fail(_request: HttpRequest, what: str) -> HttpResponse:
    """A page on which something goes wrong."""
    raise RAISED[what]


@pytest.fixture
def failing(settings: object) -> Client:
    """A client of a platform with pages that fail."""
    module = ModuleType("failing_urls")
    module.urlpatterns = [  # type: ignore[attr-defined]
        path("fail/<what>/", fail),
        path("api/fail/<what>/", fail),
        *urls.urlpatterns,
    ]
    for name in ("handler400", "handler403", "handler404", "handler500"):
        setattr(module, name, getattr(urls, name))
    settings.ROOT_URLCONF = module  # type: ignore[attr-defined]
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("what", "status", "words"),
    [
        ("allowed", 403, "你没有对“示例坝”进行此操作的权限"),
        ("conflict", 409, "示例坝已被他人修改，请刷新后再改。"),
        ("gone", 404, "没有这个页面"),
        ("odd", 400, "这个请求读不懂"),
        ("crash", 500, "程序出错，已记入日志。"),
    ],
)
def test_every_failure_has_its_page_in_words(failing: Client, what: str, status: int, words: str) -> None:
    answer = failing.get(f"/fail/{what}/")
    page = answer.content.decode().replace("&quot;", '"')
    assert answer.status_code == status
    assert words in page
    assert f"/fail/{what}/" in page
    assert answer["X-Request-Id"] in page
    assert "inner secret" not in page


@pytest.mark.parametrize(
    ("what", "status"), [("allowed", 403), ("conflict", 409), ("gone", 404), ("crash", 500)]
)
def test_programs_get_problem_json(failing: Client, what: str, status: int) -> None:
    answer = failing.get(f"/api/fail/{what}/")
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (answer.status_code, body["status"]) == (status, status)
    assert body["request_id"] == answer["X-Request-Id"]
    assert body["title"]
    assert body["detail"]


def test_the_log_names_the_request_that_failed(failing: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(InLog())
    answer = failing.get("/fail/crash/")
    line = next(record for record in caplog.records if record.levelno == logging.ERROR)
    assert line.__dict__["request_id"] == answer["X-Request-Id"]


def test_two_requests_have_two_numbers(client: Client) -> None:
    assert len({client.get("/nothing/")["X-Request-Id"] for _ in range(3)}) == 3


def test_who_is_signed_in_keeps_the_rail_on_a_failure_and_visitors_may_sign_in(
    client: Client, make_user: Callable[..., User]
) -> None:
    visitor = client.get("/nothing/").content.decode()
    assert "登录后再看" in visitor
    assert 'class="rail"' not in visitor
    client.force_login(make_user("li", Role.SUPERVISOR))
    assert 'class="rail"' in client.get("/nothing/").content.decode()


def test_a_form_without_its_token_is_refused_in_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {})
    assert answer.status_code == 403
    assert "这个表单已失效" in answer.content.decode()
