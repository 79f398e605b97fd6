"""The description is kept: what schemathesis sends is answered as it says, without a fault of ours."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from pytest_django import Settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.api.services import make_token
from shuibao.platform.rulebook.models import RuleVersion
from shuibao.platform.wsgi import application

KEPT = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
bounded = settings(
    max_examples=10,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def rows(water_bureau: object) -> None:
    """A rule beside the regions and the organisation."""
    RuleVersion.objects.create(
        rule_id="x.y", name="某数", value=1.5, unit="t", basis="某标准", confidence="high", version="1"
    )


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The application keeps the test's transaction, as it does with Django's own test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def headers_of(person: User | None) -> dict[str, str]:
    if person is None:
        return {}
    return {
        "Authorization": f"Bearer {make_token('测试', 'write', 1, by=person, has_second_factor=True).secret}"
    }


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("role", "mode", "common"),
    [
        (None, GenerationMode.POSITIVE, {200, 401}),
        (Role.ENGINEER, GenerationMode.POSITIVE, {200, 403, 404}),
        (Role.ENGINEER, GenerationMode.NEGATIVE, {422}),
        (Role.ADMINISTRATOR, GenerationMode.POSITIVE, {200, 404, 422}),
    ],
)
def test_every_answer_is_as_described(
    make_user: Callable[..., User],
    settings: Settings,
    role: Role | None,
    mode: GenerationMode,
    common: set[int],
) -> None:
    settings.API_PER_MINUTE = {"token": 1_000_000, "address": 1_000_000}
    described: Any = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    headers = headers_of(make_user("asker", role) if role else None)
    labels: set[str] = set()
    codes: set[int] = set()
    for result in described.get_all_operations():
        operation = result.ok()
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
            continue  # any word is a key
        _ask(operation, mode, headers, codes)
        labels.add(operation.label)
    assert "GET /api/registers/regions" in labels
    assert common <= codes


def _ask(operation: Any, mode: GenerationMode, headers: dict[str, str], codes: set[int]) -> None:
    kept = [*KEPT, checks.negative_data_rejection] if mode is GenerationMode.NEGATIVE else KEPT

    @bounded
    @given(case=operation.as_strategy(mode))
    def asked(case: Any) -> None:
        case.headers.pop("Authorization", None)
        answer = case.call(headers=headers)
        codes.add(answer.status_code)
        case.validate_response(answer, checks=kept)

    asked()


@pytest.mark.usefixtures("regions")
def test_the_description_is_openapi_3_1_with_chinese_summaries() -> None:
    described: Any = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    described.validate()
    summaries = [op["summary"] for path in described.raw_schema["paths"].values() for op in path.values()]
    assert all(any("一" <= letter <= "鿿" for letter in summary) for summary in summaries)
