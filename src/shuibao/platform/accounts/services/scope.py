"""Whether somebody may act on a person: a person without a region stands above every region."""

from shuibao.platform.accounts.models import Organisation, User
from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.core.visibility import reader_of


def may_act_on(by: object, verb: str, region_code: str | None) -> bool:
    """Whether the verb is held in the region; for no region, whether it is held everywhere."""
    reader = reader_of(by)
    return reader.may(verb, region_code) if region_code else "" in reader.stems(verb)


def require_in(by: object, verb: str, about: object, region_code: str | None) -> None:
    """Raises NotAllowed unless the verb may be used on what lies in the region."""
    if not may_act_on(by, verb, region_code):
        raise NotAllowed(verb, about)


def person_for(by: object, person_id: int, verb: str) -> User:
    """The person, locked, whom `by` sees and may act on. Raises DoesNotExist, NotAllowed."""
    person: User = User.objects.visible_to(by).select_for_update(of=("self",)).get(pk=person_id)
    require_in(by, verb, person, person.region_id)
    return person


def require_organisation(by: object, organisation: Organisation | None) -> None:
    """Raises NotAllowed for an organisation outside one's region: to work for it is to see its things."""
    if organisation is not None:
        require_in(by, "people.edit", organisation, organisation.region_id)
