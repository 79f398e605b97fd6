"""Jobs in a real browser with a real worker: watched, cancelled, lost with their worker, done again."""

import importlib
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from shuibao.platform.accounts.models import Grant, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region
from shuibao.platform.jobs import services
from shuibao.platform.jobs.models import Job

HERE = Path(__file__).parent.parent / "platform" / "jobs"
for folder in (HERE, HERE / "site"):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))

importlib.import_module("napping.job_kinds")
from workers import Workers, until  # noqa: E402  (found through the path above)

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}
PATIENCE_MS = 60_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX"),
]

Start = Callable[..., Job]
Opened = Callable[[User, dict[str, int]], tuple[Page, list[str]]]


@pytest.fixture
def engineer(transactional_db: None) -> User:
    """A monitoring engineer of Yuncheng."""
    Region.objects.get_or_create(code="140800", defaults={"name": "运城市", "level": "city"})
    user = User.objects.create_user("engineer", password="longEnough-4711", name="卫监测", region_id="140800")
    Grant.objects.create(user=user, role=Role.ENGINEER, region_id="140800", valid_from=date(2020, 1, 1))
    return user


@pytest.fixture
def start(engineer: User, tmp_path: Path) -> Start:
    """Starts a nap in Yuncheng."""
    region = Region.objects.get(pk="140800")

    def begin(**parameters: object) -> Job:
        parameters["diary"] = str(tmp_path / "diary")
        return services.start("nap", parameters, by=engineer, region=region)

    return begin


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[Workers]:
    """Worker processes on the test's database."""
    running = Workers(tmp_path / "worker.log")
    yield running
    running.stop()


@pytest.fixture
def page(opened: Opened, engineer: User) -> Iterator[Page]:
    """The engineer's browser, signed in; it complains about nothing."""
    shown, trouble = opened(engineer, DESK)
    shown.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield shown
    assert trouble == []


def test_a_job_is_watched_from_the_queue_to_its_end(page: Page, start: Start, workers: Workers) -> None:
    job = start(naps=12, seconds=0.5)
    page.goto(reverse("jobs:list"))
    expect(page.get_by_text("排队").first).to_be_visible()
    page.get_by_role("link", name="运城市 小睡").click()
    expect(page.get_by_text("排队中：前面的作业做完就开始。")).to_be_visible()
    workers.start("--lane", "work")
    expect(page.get_by_role("cell", name="入睡")).to_be_visible()
    expect(page.get_by_role("button", name="取消作业")).to_be_visible()
    expect(page.get_by_role("heading", name="结果")).to_be_visible()
    expect(page.get_by_text("12 次")).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("睡好了")
    expect(page.get_by_role("button", name="取消作业")).to_have_count(0)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto(reverse("jobs:list") + "?state=done")
    expect(page.get_by_role("link", name=job.title)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_running_job_is_cancelled_with_a_reason(page: Page, start: Start, workers: Workers) -> None:
    workers.start("--lane", "work")
    job = start(naps=3000)
    page.goto(job.get_absolute_url())
    expect(page.get_by_role("cell", name="躺下")).to_be_visible()
    page.get_by_label("原因").fill("选错了年份")
    page.get_by_role("button", name="取消作业").click()
    expect(page.get_by_role("button", name="重做")).to_be_visible()
    expect(page.get_by_text("选错了年份")).to_be_visible()


def test_what_was_typed_outlives_the_news(page: Page, start: Start, workers: Workers) -> None:
    workers.start("--lane", "work")
    page.goto(start(naps=3000).get_absolute_url())
    expect(page.get_by_role("cell", name="躺下")).to_be_visible()
    page.get_by_label("原因").fill("还没想好")
    with page.expect_response(lambda response: "/live/" in response.url):
        pass
    expect(page.get_by_label("原因")).to_have_value("还没想好")


def test_a_job_that_lost_its_worker_fails_with_the_reason_and_is_done_again(
    page: Page, start: Start, workers: Workers
) -> None:
    worker = workers.start("--lane", "work")
    job = start(naps=40, seconds=0.5)
    page.goto(job.get_absolute_url())
    expect(page.get_by_role("cell", name="躺下")).to_be_visible()
    os.kill(worker.pid, signal.SIGKILL)
    workers.start("--lane", "duty")
    expect(page.locator(".callout").get_by_text("执行进程中断")).to_be_visible()
    job.refresh_from_db()
    job.parameters["naps"] = 2
    job.save(update_fields=["parameters"])
    page.get_by_role("button", name="重做").click()
    workers.start("--lane", "work")
    expect(page.get_by_role("heading", name="结果")).to_be_visible()
    expect(page.get_by_text("第 2 次执行")).to_be_visible()


def test_a_real_monitoring_run_ends_in_a_report_one_can_open(
    page: Page, engineer: User, workers: Workers
) -> None:
    from shuibao.workflows.demo import write_demo

    folder = settings.DATA / "inputs" / "140800"
    write_demo(folder, cell_m=600)
    try:
        job = services.start(
            "monitoring",
            {"run_file": "inputs/140800/2024.toml"},
            by=engineer,
            region=Region.objects.get(pk="140800"),
        )
        workers.start("--lane", "work")
        page.goto(job.get_absolute_url())
        expect(page.get_by_text("水土保持率")).to_be_visible(timeout=240_000)
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="报告").click()
        report = opened.value
        expect(report.get_by_role("heading", level=1)).to_contain_text("运城市")
        colour = report.evaluate("getComputedStyle(document.querySelector('.tag')).borderTopStyle")
        assert colour != "none"  # its own style is allowed to work
        with page.expect_download() as download:
            page.get_by_role("link", name="工作簿").click()
        assert download.value.suggested_filename == "summary.xlsx"
        until(lambda: not list(settings.PRODUCTS.glob("**/job-*")))
    finally:
        shutil.rmtree(settings.DATA / "inputs")
        shutil.rmtree(settings.PRODUCTS, ignore_errors=True)
