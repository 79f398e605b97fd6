"""Roles given and ended. Nobody gives more than he may, further than he reaches, or to himself."""

from datetime import date, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from shuibao.platform.accounts.models import Grant, User
from shuibao.platform.accounts.roles import GIVES, Role
from shuibao.platform.accounts.services.scope import person_for, require_in
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import region_stem
from shuibao.science.errors import DomainError, InputError


class BeyondOwnRights(DomainError):
    """A role that the giver may not give, or not there."""

    def __init__(self, role: Role, region: Region | None) -> None:
        where = region.name if region else "全部地区"
        super().__init__(f"你不能在“{where}”授予“{role.label}”：只能在自己的地区内授予自己可以授予的角色。")


class OwnRights(DomainError):
    """Somebody changing his own rights."""

    def __init__(self) -> None:
        super().__init__("不能给自己授予或停止角色，请由另一位管理员办理。")


@transaction.atomic
def grant_role(
    person_id: int,
    role: Role,
    region: Region | None,
    *,
    by: User,
    valid_from: date,
    valid_to: date | None = None,
) -> Grant:
    """The new grant. Raises BeyondOwnRights, OwnRights, Conflict for a role held there at that time."""
    person = person_for(by, person_id, "people.edit")
    _require_another(person, by)
    require_grantable(by, role, region)
    if not person.is_active:
        raise Conflict(f"“{person}”的账号已停用，不能授予角色。")
    if valid_to is not None and valid_to < valid_from:
        raise InputError(f"止日 {valid_to} 早于起日 {valid_from}，请改正。")
    _require_not_held(person, role, region, valid_from)
    grant = Grant.objects.create(
        user=person, role=role, region=region, valid_from=valid_from, valid_to=valid_to
    )
    where = region.name if region else "全部地区"
    record(person, "people.granted", f"授予角色：{role.label}（{where}）", by=by, **_facts(grant))
    return grant


@transaction.atomic
def end_grant(grant_id: int, *, by: User) -> Grant:
    """The grant, which gives nothing from today on. Raises Conflict when it has ended already."""
    grant = Grant.objects.select_related("user", "region").get(pk=grant_id)
    person = person_for(by, grant.user_id, "people.edit")
    _require_another(person, by)
    require_grantable(by, Role(grant.role), grant.region)
    if grant.valid_to is not None and grant.valid_to < timezone.localdate():
        raise Conflict(f"“{grant}”已于 {grant.valid_to} 停止。")
    before = _facts(grant)
    end_now(grant)
    text = f"停止角色：{grant.get_role_display()}"
    record(person, "people.grant_ended", text, by=by, before=before, after=_facts(grant))
    return grant


def require_grantable(by: User, role: Role, region: Region | None) -> None:
    """Raises BeyondOwnRights unless a role that `by` holds gives this one, in a region that covers it."""
    wanted = region_stem(region.code) if region else ""
    for held, code in by.roles_held():
        stem = region_stem(code) if code else ""
        if role in GIVES.get(Role(held), ()) and wanted.startswith(stem):
            return
    raise BeyondOwnRights(role, region)


def require_rights_cover(by: User, person: User) -> None:
    """Raises BeyondOwnRights unless `by` could have given every role that the person holds."""
    require_in(by, "people.edit", person, person.region_id)
    for role, code in person.roles_held():
        require_grantable(by, Role(role), Region.objects.get(pk=code) if code else None)


def still_valid(held: models.Manager) -> models.QuerySet:
    """Grants or posts that hold today or will."""
    return held.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()))


def end_now(grant: Grant) -> None:
    """Ends a grant at once: its last day was yesterday, since the last day still counts."""
    grant.valid_to = timezone.localdate() - timedelta(days=1)
    grant.save(update_fields=["valid_to"])


def _require_another(person: User, by: User) -> None:
    if person.pk == by.pk:
        raise OwnRights


def _require_not_held(person: User, role: Role, region: Region | None, on: date) -> None:
    for grant in person.grants.filter(role=role, region=region):
        if grant.valid_to is None or grant.valid_to >= on:
            raise Conflict(f"“{person}”已有授权：{grant}，自 {grant.valid_from} 起。请先停止它。")


def _facts(grant: Grant) -> dict[str, object]:
    return {
        "role": grant.role,
        "granted_region": grant.region_id,
        "valid_from": grant.valid_from,
        "valid_to": grant.valid_to,
    }
