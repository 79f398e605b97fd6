"""Who may give what, and what somebody holds."""

from django.db.models import QuerySet

from shuibao.platform.accounts.models import Grant, Organisation, Post, User
from shuibao.platform.accounts.roles import GIVES, Role
from shuibao.platform.accounts.signin_log import SIGN_IN_VERBS
from shuibao.platform.core.events import timeline
from shuibao.platform.core.models import Event, Region
from shuibao.platform.core.visibility import inside, reader_of, region_stem


def grantable_roles(giver: User) -> tuple[Role, ...]:
    """The roles a person may give to others somewhere, in the order of the roles."""
    held = {Role(role) for role, _ in giver.roles_held()}
    return tuple(role for role in Role if any(role in GIVES.get(mine, ()) for mine in held))


def grantable_regions(giver: User) -> QuerySet[Region]:
    """The provinces, cities, counties and zones in which a person may give roles."""
    stems = tuple(
        region_stem(code) if code else "" for role, code in giver.roles_held() if GIVES.get(Role(role))
    )
    found: QuerySet[Region] = Region.objects.exclude(level=Region.Level.TOWNSHIP).filter(
        inside(stems, "code")
    )
    return found


def gives_everywhere(giver: User) -> bool:
    """Whether a person may give a role for all regions."""
    return any(code is None and GIVES.get(Role(role)) for role, code in giver.roles_held())


def editable_organisations(editor: User) -> QuerySet[Organisation]:
    """The organisations whose people a person may manage."""
    mine = inside(reader_of(editor).stems("people.edit"))
    found: QuerySet[Organisation] = Organisation.objects.visible_to(editor).filter(mine, valid_to=None)
    return found


def grants_of(person: User) -> QuerySet[Grant]:
    """All roles ever given to a person whom the caller may see, the latest first."""
    return person.grants.select_related("region").order_by("-valid_from", "-pk")


def posts_of(person: User) -> QuerySet[Post]:
    """All posts of a person whom the caller may see, the latest first."""
    return person.posts.select_related("organisation").order_by("-valid_from", "-pk")


def sign_ins_of(person: User, limit: int = 20) -> QuerySet[Event]:
    """The person's own latest sign-ins, sign-outs, failures and locks."""
    return timeline(person).filter(verb__in=SIGN_IN_VERBS)[:limit]
