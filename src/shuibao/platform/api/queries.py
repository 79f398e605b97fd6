"""Tokens as their owners see them, and as a request brings them."""

from shuibao.platform.accounts.models import User
from shuibao.platform.api.models import ApiToken
from shuibao.platform.api.services import hash_of
from shuibao.platform.core.visibility import Visible


def tokens_of(user: object) -> Visible:
    """One's own tokens, the ones that are still of use first."""
    found: Visible = ApiToken.objects.visible_to(user).order_by("ended_at", "-made_at")
    return found


def token_with(secret: str) -> ApiToken | None:
    """The living token of this text whose owner may sign in; None for any other."""
    token = ApiToken.objects.select_related("owner").filter(hash=hash_of(secret)).first()
    is_good = token is not None and token.is_alive and token.owner.may_sign_in
    return token if is_good else None


def is_weak(token: ApiToken) -> bool:
    """Whether its owner by now needs a second factor that was not shown when the token was made."""
    owner: User = token.owner
    return owner.needs_second_factor and not token.has_second_factor
