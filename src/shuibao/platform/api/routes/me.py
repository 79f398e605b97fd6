"""Who is asking."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.api.authentication import PERSON
from shuibao.platform.api.models import ApiToken
from shuibao.platform.api.schemas import PROBLEMS

router = Router(auth=PERSON, tags=["我"])


class RoleOut(Schema):
    """A role that is held today. region: None is everywhere."""

    role: str
    title: str
    region: str | None


class TokenOut(Schema):
    """The token of the request."""

    name: str
    scope: str
    expires_at: datetime


class MeOut(Schema):
    """The person of the request."""

    username: str
    name: str
    organisation: str | None
    region: str | None
    roles: list[RoleOut]
    token: TokenOut | None


@router.get("", response={200: MeOut, **PROBLEMS}, summary="我是谁", operation_id="me", url_name="me")
def me(request: HttpRequest) -> dict[str, Any]:
    """账号、单位、今天有效的角色，以及所用的令牌。"""
    person = request.user
    assert isinstance(person, User)
    signed: Any = request.auth  # type: ignore[attr-defined]
    return {
        "username": person.username,
        "name": person.name,
        "organisation": person.organisation.code if person.organisation else None,
        "region": person.region_id,
        "roles": [
            {"role": role, "title": Role(role).label, "region": code} for role, code in person.roles_held()
        ],
        "token": signed if isinstance(signed, ApiToken) else None,
    }
