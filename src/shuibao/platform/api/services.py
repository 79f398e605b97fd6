"""What may happen to a token: made, used, ended."""

import hashlib
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from shuibao.platform.accounts.models import User
from shuibao.platform.api.models import ApiToken
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.science.errors import InputError

MARK = "shuibao_"
MOST_ALIVE = 20
LONGEST_DAYS = 365
_SHOWN = len(MARK) + 4
_NOTED_EVERY = timedelta(minutes=1)


class Made(NamedTuple):
    """A new token and what the program is to send: the only time that it can be seen."""

    token: ApiToken
    secret: str


@transaction.atomic
def make_token(name: str, scope: str, days: int, *, by: User, has_second_factor: bool) -> Made:
    """A token that lives for some days. Raises InputError for a name, scope or term that cannot be."""
    if not name.strip():
        raise InputError("请写明令牌的用途。")
    if scope not in ApiToken.Scope.values:
        raise InputError(f"令牌的范围不能是“{scope}”。可以是 {'、'.join(ApiToken.Scope.values)}。")
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(f"令牌的有效期是 1 到 {LONGEST_DAYS} 天，不能是 {days} 天。")
    now = timezone.now()
    if ApiToken.objects.filter(owner=by, ended_at=None, expires_at__gt=now).count() >= MOST_ALIVE:
        raise Conflict(f"一个人最多有 {MOST_ALIVE} 个有效的令牌。请先停用不再用的。")
    secret = MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        owner=by,
        name=name.strip()[:60],
        start=secret[:_SHOWN],
        hash=hash_of(secret),
        scope=scope,
        has_second_factor=has_second_factor,
        expires_at=now + timedelta(days=days),
    )
    record(token, "tokens.made", "建立接口令牌", by=by, scope=scope, days=days)
    return Made(token, secret)


@transaction.atomic
def end_token(token_id: int, *, by: User) -> ApiToken:
    """The token, of no use any more from now on."""
    token: ApiToken = ApiToken.objects.visible_to(by).select_for_update().get(pk=token_id)
    if token.ended_at is not None:
        raise Conflict(f"令牌“{token}”已经停用。")
    token.ended_at = timezone.now()
    token.save(update_fields=["ended_at"])
    record(token, "tokens.ended", "停用接口令牌", by=by)
    return token


def note_use(token: ApiToken) -> None:
    """Keeps when a token was last used, at most once a minute."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= _NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def hash_of(secret: str) -> str:
    """What is kept of a token. Its 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
