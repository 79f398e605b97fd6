"""Accounts made, moved and ended."""

from typing import NamedTuple

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from shuibao.platform.accounts.models import Grant, Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.accounts.services.grants import end_now, require_rights_cover, still_valid
from shuibao.platform.accounts.services.scope import person_for, require_in, require_organisation
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region
from shuibao.science.errors import InputError


class AlreadyEnded(Conflict):
    """An account that has ended before."""

    def __init__(self, person: User) -> None:
        super().__init__(f"“{person}”的账号已于 {person.ended_on} 停用。")


class LastAdministrator(Conflict):
    """The only administrator left, or oneself."""

    def __init__(self) -> None:
        super().__init__("不能停用自己的账号：请由另一位管理员办理，以免平台没有管理员。")


class NewPerson(NamedTuple):
    """What must be known of a person to make an account."""

    username: str
    name: str
    region: Region | None
    organisation: Organisation | None = None
    phone: str = ""
    email: str = ""


@transaction.atomic
def create_person(new: NewPerson, *, by: User) -> User:
    """The person, without a password: an invitation lets them set one. Raises Conflict, ValidationError."""
    code = new.region.code if new.region else None
    require_in(by, "people.edit", new.region or "全部地区", code)
    require_organisation(by, new.organisation)
    return _created(new, by)


@transaction.atomic
def create_administrator(username: str, name: str, password: str) -> User:
    """An administrator of everything, made at the machine itself. Raises Conflict, InputError."""
    person = User(username=username, name=name)
    try:
        validate_password(password, person)
    except ValidationError as problem:
        raise InputError("口令不合要求：" + "".join(problem.messages)) from problem
    person = _created(NewPerson(username, name, None), None)
    person.set_password(password)
    person.save(update_fields=["password"])
    Grant.objects.create(user=person, role=Role.ADMINISTRATOR, region=None, valid_from=timezone.localdate())
    record(person, "people.granted", "在服务器上建立系统管理员", role=Role.ADMINISTRATOR)
    return person


@transaction.atomic
def end_person(person_id: int, *, by: User, reason: str) -> User:
    """The person, who cannot sign in any more and holds no role; everything they did stays theirs."""
    person = person_for(by, person_id, "people.edit")
    if person.pk == by.pk:
        raise LastAdministrator
    if not person.is_active:
        raise AlreadyEnded(person)
    require_rights_cover(by, person)
    if not reason.strip():
        raise InputError("请写明停用账号的原因，如调离、退休。")
    today = timezone.localdate()
    person.is_active, person.ended_on = False, today
    person.save(update_fields=["is_active", "ended_on"])
    for grant in still_valid(person.grants):
        end_now(grant)
    for post in still_valid(person.posts):
        post.valid_to = today
        post.save(update_fields=["valid_to"])
    record(person, "people.ended", "停用账号", by=by, reason=reason.strip())
    return person


@transaction.atomic
def change_organisation(person_id: int, organisation: Organisation | None, *, by: User) -> User:
    """The person, now working for another organisation."""
    person = person_for(by, person_id, "people.edit")
    require_organisation(by, organisation)
    before = person.organisation
    person.organisation = organisation
    person.save(update_fields=["organisation"])
    text = f"单位：{before or '无'} → {organisation or '无'}"
    record(
        person,
        "people.moved",
        text,
        by=by,
        before=before and before.code,
        after=organisation and organisation.code,
    )
    return person


@transaction.atomic
def change_details(person_id: int, *, name: str, phone: str, email: str, by: User) -> User:
    """The person under this name, telephone and e-mail; the log says that they changed, not what they are."""
    person = person_for(by, person_id, "people.edit")
    person.name, person.phone, person.email = name, phone, email
    person.full_clean(exclude=["password"])
    person.save(update_fields=["name", "phone", "email"])
    record(person, "people.changed", "修改姓名、电话或邮箱", by=by)
    return person


def set_preferences(person: User, *, language: str, area_unit: str) -> User:
    """The person, who sees the platform in this language and areas in this unit."""
    person.language, person.area_unit = language, area_unit
    person.full_clean(exclude=["password"])
    person.save(update_fields=["language", "area_unit"])
    return person


def _created(new: NewPerson, by: User | None) -> User:
    if User.objects.filter(username__iexact=new.username).exists():
        raise Conflict(f"用户名 {new.username} 已有人用，请换一个。")
    person = User(**new._asdict())
    person.full_clean(exclude=["password"])
    person.save()
    record(person, "people.created", "建立账号", by=by)
    return person
