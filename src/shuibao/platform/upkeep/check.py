"""What is missing or unsafe in this installation, in plain words."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Literal, NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

Grade = Literal["ok", "note", "bad"]
_ROOM_BYTES = 2 << 30
_KEY_LENGTH = 40


class Finding(NamedTuple):
    """One thing looked at. ok: as it should be; note: works, with a lack; bad: unsafe or broken."""

    grade: Grade
    about: str
    words: str


def findings() -> Iterator[Finding]:
    """Everything looked at; what rests on the database only when it can be used."""
    for look in (_data_folder, _secret, _doors, _demo):
        yield from look()
    database = list(_database())
    yield from database
    if all(found.grade == "ok" for found in database):
        for look in _IN_DATABASE:
            yield from look()


def _data_folder() -> Iterator[Finding]:
    room = shutil.disk_usage(settings.DATA).free
    if room < _ROOM_BYTES:
        yield Finding(
            "bad", "数据目录", f"{settings.DATA} 只剩 {room / 2**30:.1f} GiB，请清理或换更大的磁盘。"
        )
    else:
        yield Finding("ok", "数据目录", f"{settings.DATA}，可用 {room / 2**30:.0f} GiB")


def _secret() -> Iterator[Finding]:
    length = len(settings.SECRET_KEY)
    if length < _KEY_LENGTH:
        yield Finding(
            "bad", "密钥", f"SHUIBAO_SECRET_KEY 只有 {length} 个字符，请换成 {_KEY_LENGTH} 个以上的随机字符。"
        )
    else:
        yield Finding("ok", "密钥", "SHUIBAO_SECRET_KEY 已设置")


def _doors() -> Iterator[Finding]:
    if settings.DEBUG:
        yield Finding("bad", "调试", "SHUIBAO_DEBUG = yes 会把内部信息给访问者看，正式使用请去掉。")
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding("bad", "域名", "SHUIBAO_HOSTS = * 接受任何域名，请写明本系统的域名。")
    else:
        yield Finding("ok", "域名", "、".join(settings.ALLOWED_HOSTS))
    if settings.HTTPS:
        yield Finding("ok", "加密传输", "只经 HTTPS 登录")
    elif not settings.DEMO:
        yield Finding(
            "bad", "加密传输", "SHUIBAO_HTTPS = no：口令和登录信息明文传输。请放在 HTTPS 代理之后并去掉此项。"
        )


def _demo() -> Iterator[Finding]:
    if settings.DEMO:
        yield Finding("note", "示例", "SHUIBAO_DEMO = yes：登录页显示示例账号的口令和动态码，只能用来试用。")


def _database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
    except DatabaseError as problem:
        yield Finding("bad", "数据库", f"连不上（{connection.vendor}）：{str(problem).splitlines()[0]}")
        return
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding("bad", "数据库", f"还有 {len(waiting)} 项结构变更没有做，请运行 shuibao migrate。")
        return
    yield Finding("ok", "数据库", {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor])


def _people() -> Iterator[Finding]:
    from allauth.mfa.models import Authenticator

    from shuibao.platform.accounts.models import User

    active = User.objects.filter(is_active=True)
    if not active.exists():
        yield Finding("bad", "用户", "还没有用户，请运行 shuibao createadmin 建立第一个管理员。")
        return
    protected = set(Authenticator.objects.values_list("user_id", flat=True))
    naked = [user for user in active if user.needs_second_factor and user.pk not in protected]
    if naked:
        yield Finding(
            "note", "双因子", f"{len(naked)} 名管理员或值守人员还没有绑定动态码，下次登录时须先绑定。"
        )
    else:
        yield Finding("ok", "双因子", "管理员和值守人员都已绑定动态码")


def _log() -> Iterator[Finding]:
    from shuibao.platform.core.events import verify

    proof = verify()
    if proof.broken_at is None:
        yield Finding("ok", "经过日志", f"{proof.entries} 条，逐条相接")
    else:
        yield Finding("bad", "经过日志", f"{proof.reason}请保留现场并查明原因。")


def _workers() -> Iterator[Finding]:
    from shuibao.platform.core.models import DueRow

    late = timezone.now() - timedelta(minutes=5)
    waiting = DueRow.objects.filter(due_at__lt=late, done_at=None, ended_at=None).count()
    if waiting:
        yield Finding(
            "bad", "后台进程", f"有 {waiting} 件到期事项超过 5 分钟没有人做，请运行 shuibao worker。"
        )
    else:
        yield Finding("ok", "后台进程", "没有积压的到期事项")


def _rules() -> Iterator[Finding]:
    from shuibao.platform.rulebook.models import RuleVersion

    current = RuleVersion.objects.filter(is_replaced=False)
    if not current.exists():
        yield Finding("bad", "规则", "规则表还没有载入，请运行 shuibao migrate。")
        return
    unverified = current.filter(is_unverified=True).count()
    if unverified:
        yield Finding("note", "规则", f"{unverified} 条规则未核验，用到它们的成果会注明。")


def _channels() -> Iterator[Finding]:
    from shuibao.platform.notices.services import missing_channels

    for name, reason in missing_channels():
        yield Finding("note", f"通知渠道 {name}", reason)


_IN_DATABASE: tuple[Callable[[], Iterator[Finding]], ...] = (_people, _log, _workers, _channels, _rules)
