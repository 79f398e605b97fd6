"""Ways back into an account, in the hand of an administrator whose rights cover its rights."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.services.grants import require_rights_cover
from shuibao.platform.accounts.services.people import AlreadyEnded
from shuibao.platform.accounts.services.scope import person_for
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record


@transaction.atomic
def invitation_path(person_id: int, *, by: User) -> str:
    """Where the person sets a password, once, within the hours of accounts.invitation_hours."""
    person = _covered(person_id, by)
    record(person, "people.invited", "生成设置口令的链接", by=by)
    uid, key = user_pk_to_url_str(person), default_token_generator.make_token(person)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})


@transaction.atomic
def reset_second_factor(person_id: int, *, by: User) -> User:
    """The person, who sets up a new authenticator at the next sign-in. Raises Conflict without one."""
    person = _covered(person_id, by)
    removed, _ = Authenticator.objects.filter(user=person).delete()
    if not removed:
        raise Conflict(f"“{person}”没有设置第二因子，不用重置。")
    record(person, "people.second_factor_reset", "重置第二因子", by=by)
    return person


def _covered(person_id: int, by: User) -> User:
    person = person_for(by, person_id, "people.edit")
    if not person.is_active:
        raise AlreadyEnded(person)
    require_rights_cover(by, person)
    return person
