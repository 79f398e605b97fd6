"""The interface's documentation in a real browser: it shows the operations and asks nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_documentation_opens_under_our_policy(opened: Callable[..., Any]) -> None:
    page, trouble = opened(None, {"width": 1366, "height": 900})
    page.goto("/api/docs")
    expect(page.get_by_text("行政区：查询")).to_be_visible()
    assert trouble == []
