"""A real browser on the platform's pages: where it is found, how it starts, what it must not complain of."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
DRIVER = "GL Driver Message"  # Chromium's own remark on drawing a map without a graphics card
PATIENCE_MS = 30_000

Opened = Callable[[Any, dict[str, int]], tuple[Page, list[str]]]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests marked `browser` are left out where there is none."""
    if CHROMIUM is None and item.get_closest_marker("browser"):
        pytest.skip("no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Playwright keeps an event loop in this thread, which Django would not wait in."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer) -> Iterator[Opened]:
    """Opens a page of a size for a person, or for a visitor (None), beside what it complains about."""
    contexts: list[BrowserContext] = []

    def open_page(user: Any, size: dict[str, int]) -> tuple[Page, list[str]]:
        context = browser.new_context(viewport=size, base_url=live_server.url, locale="zh-CN")  # type: ignore[arg-type]
        contexts.append(context)
        if user is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        return page, _trouble(page, urlsplit(live_server.url).netloc)

    yield open_page
    for context in contexts:
        context.close()


def _session(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _trouble(page: Page, ours: str) -> list[str]:
    """A list that grows with every console message (a breach of the content policy is one), error and
    request to another host."""
    found: list[str] = []

    def asks(address: str) -> None:
        if address.startswith("http") and urlsplit(address).netloc != ours:
            found.append(address)

    page.on("console", lambda message: None if DRIVER in message.text else found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", lambda request: asks(request.url))
    return found
