"""What may happen to people and organisations: one verb, one function, one transaction."""

from shuibao.platform.accounts.services.grants import (
    BeyondOwnRights,
    end_grant,
    grant_role,
    require_grantable,
)
from shuibao.platform.accounts.services.organisations import RegionMissing, load_organisations
from shuibao.platform.accounts.services.people import (
    AlreadyEnded,
    LastAdministrator,
    NewPerson,
    change_details,
    change_organisation,
    create_administrator,
    create_person,
    end_person,
    set_preferences,
)
from shuibao.platform.accounts.services.posts import end_post, set_post
from shuibao.platform.accounts.services.recovery import invitation_path, reset_second_factor

__all__ = [
    "AlreadyEnded",
    "BeyondOwnRights",
    "LastAdministrator",
    "NewPerson",
    "RegionMissing",
    "change_details",
    "change_organisation",
    "create_administrator",
    "create_person",
    "end_grant",
    "end_person",
    "end_post",
    "grant_role",
    "invitation_path",
    "load_organisations",
    "require_grantable",
    "reset_second_factor",
    "set_post",
    "set_preferences",
]
