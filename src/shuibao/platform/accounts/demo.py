"""The people of the demo: made up, with a password and second factors that everybody may know."""

import base64
import hashlib
import time
from datetime import date
from typing import NamedTuple

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.db import transaction

from shuibao.platform.accounts.models import Grant, Organisation, User
from shuibao.platform.accounts.roles import SECOND_FACTOR_NEEDED, Role
from shuibao.platform.core.models import Region
from shuibao.science.errors import DomainError

PASSWORD = "Shuibao-2026"
SINCE = date(2024, 1, 18)
CODE_SECONDS = 30


class NotTheDemo(DomainError):
    """Demo people asked for on a platform that works in earnest."""

    def __init__(self) -> None:
        super().__init__("示例账号只能在示例平台（SHUIBAO_DEMO=yes）建立。正式平台请在“人员”中建立账号。")


class DemoPerson(NamedTuple):
    """A made-up person: who, as what, where, and what they see."""

    username: str
    name: str
    role: Role
    region: str
    organisation: str
    sees: str


PEOPLE = (
    DemoPerson(
        "admin", "管立新", Role.ADMINISTRATOR, "140800", "1408-water", "运城市的账号、单位、规则和任务"
    ),
    DemoPerson("jiandu", "梁守田", Role.SUPERVISOR, "140800", "1408-water", "运城市全部监管对象"),
    DemoPerson("jiance", "侯测川", Role.ENGINEER, "140800", "1408-water", "运城市年度监测任务"),
    DemoPerson("zhishou", "段守坝", Role.DUTY, "140800", "1408-water", "运城市淤地坝值守"),
    DemoPerson("guihua", "薛远图", Role.PLANNER, "140800", "1408-water", "运城市目标和治理方案"),
    DemoPerson("weiban", "卫总成", Role.OFFICE, "140800", "1408-water", "运城市任务分工和考核"),
    DemoPerson("lianluo", "解联通", Role.LIAISON, "140800", "1408-planning", "本部门的任务和文件"),
    DemoPerson("jianshe", "乔建路", Role.BUILDER, "140802", "demo-builder", "本公司在盐湖区的项目"),
    DemoPerson("jiancha", "武明察", Role.INSPECTOR, "140800", "1408-water", "运城市检查对象"),
    DemoPerson("shenji", "申计明", Role.AUDITOR, "140800", "", "运城市全部内容，只读"),
    DemoPerson("gongzhong", "冯大众", Role.PUBLIC, "140800", "", "公开内容"),
    DemoPerson("yanhu", "畅盐生", Role.SUPERVISOR, "140802", "140802-water", "只有盐湖区"),
    DemoPerson("wanrong", "范荣河", Role.SUPERVISOR, "140822", "140822-water", "只有万荣县"),
    DemoPerson("wanrongba", "贾守夜", Role.DUTY, "140822", "140822-water", "万荣县淤地坝值守"),
    DemoPerson("linfen", "靳平水", Role.SUPERVISOR, "141000", "", "临汾市，看不到运城市"),
)


class Listed(NamedTuple):
    """A demo person as the sign-in page shows them. code: the second factor now, or empty."""

    person: DemoPerson
    where: str
    code: str


@transaction.atomic
def make_demo_people() -> int:
    """How many demo people were new. Raises NotTheDemo elsewhere."""
    if not settings.DEMO:
        raise NotTheDemo
    Organisation.objects.get_or_create(
        code="demo-builder",
        defaults={"name": "河东示例建设有限公司", "kind": Organisation.Kind.COMPANY, "region_id": "140802"},
    )
    known = set(User.objects.filter(is_demo=True).values_list("username", flat=True))
    new = [made_up for made_up in PEOPLE if made_up.username not in known]
    for made_up in new:
        _make(made_up)
    return len(new)


def demo_people() -> list[Listed]:
    """Everyone the demo's sign-in page offers; nobody outside the demo."""
    if not settings.DEMO:
        return []
    made = set(User.objects.filter(is_demo=True, is_active=True).values_list("username", flat=True))
    names = dict(Region.objects.filter(pk__in={known.region for known in PEOPLE}).values_list("code", "name"))
    return [
        Listed(known, names.get(known.region, ""), demo_code(known.username))
        for known in PEOPLE
        if known.username in made
    ]


def demo_code(username: str) -> str:
    """The code that the demo person's authenticator would show now; empty for all others."""
    known = {made_up.username: made_up for made_up in PEOPLE}.get(username)
    if not settings.DEMO or known is None or known.role not in SECOND_FACTOR_NEEDED:
        return ""
    return format_hotp_value(hotp_value(_secret(username), int(time.time()) // CODE_SECONDS))


def _make(made_up: DemoPerson) -> None:
    person = User(
        username=made_up.username,
        name=made_up.name,
        region_id=made_up.region,
        organisation=Organisation.objects.filter(code=made_up.organisation).first(),
        is_demo=True,
    )
    person.set_password(PASSWORD)
    person.save()
    Grant.objects.create(user=person, role=made_up.role, region_id=made_up.region, valid_from=SINCE)
    if made_up.role in SECOND_FACTOR_NEEDED:
        TOTP.activate(person, _secret(made_up.username))


def _secret(username: str) -> str:
    """The fixed secret of a demo account: no secret at all, it can be computed by everyone."""
    return base64.b32encode(hashlib.sha256(f"shuibao demo {username}".encode()).digest()[:20]).decode()
