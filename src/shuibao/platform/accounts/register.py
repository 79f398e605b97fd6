"""The registers of organisations and of people."""

from shuibao.platform.accounts.models import Organisation, User
from shuibao.platform.registers.declaration import (
    Action,
    Column,
    Filter,
    Group,
    Importing,
    Register,
    SavedQuery,
)
from shuibao.platform.registers.registry import register

register(
    Register(
        name="organisations",
        model=Organisation,
        rail="data",
        key="code",
        counter="家",
        columns=(
            Column("name", is_link=True),
            Column("short_name", is_minor=True),
            Column("kind"),
            Column("region__name", head="行政区"),
            Column("parent__name", head="上级单位", is_minor=True),
            Column("code", is_minor=True),
        ),
        search=("code", "name", "short_name"),
        filters=(Filter("kind", "choice"), Filter("region", "region", head="所在地区")),
        views=(
            SavedQuery("水行政主管部门", "kind=water"),
            SavedQuery("人民政府", "kind=government"),
            SavedQuery("企业", "kind=company"),
        ),
        facts=(
            Group("单位", ("code", "name", "short_name", "kind", "region", "parent")),
            Group("有效期", ("valid_from", "valid_to")),
        ),
        importing=Importing(
            key=("code",),
            fields=("code", "name", "short_name", "kind", "region", "parent", "valid_from", "valid_to"),
            required=("code", "name", "kind", "region"),
            lookups={"region": "code", "parent": "code"},
        ),
        exported=(
            "code",
            "name",
            "short_name",
            "kind",
            "region_id",
            "parent__code",
            "valid_from",
            "valid_to",
        ),
        order=("region_id", "code"),
        empty="还没有单位。运行 shuibao organisations load 载入随附名单，或从文件导入。",
    )
)

register(
    Register(
        name="people",
        model=User,
        rail="data",
        counter="人",
        columns=(
            Column("name", is_link=True),
            Column("username", head="用户名"),
            Column("organisation__name", head="单位"),
            Column("region__name", head="行政区"),
            Column("phone_shown", head="电话", is_sortable=False),
            Column("is_active", head="在用"),
            Column("last_seen_at", is_minor=True),
        ),
        search=("username", "name", "organisation__name"),
        filters=(
            Filter("region", "region", head="所在地区"),
            Filter("is_active", "flag", head="在用"),
            Filter("grants__role", "choice", head="角色"),
        ),
        views=(SavedQuery("在用", "is_active=yes"), SavedQuery("已停用", "is_active=no")),
        facts=(
            Group("人员", ("name", "username", "phone_shown", "organisation", "region")),
            Group("账号", ("is_active", "ended_on", "last_seen_at")),
        ),
        importing=Importing(
            key=("username",),
            fields=("username", "name", "phone", "organisation", "region"),
            required=("username", "name", "region"),
            lookups={"organisation": "code", "region": "code"},
        ),
        exported=(
            "username",
            "name",
            "organisation__code",
            "region_id",
            "phone_shown",
            "is_active",
            "ended_on",
        ),
        actions=(Action("角色、岗位和账号", "accounts:person", "people.view"),),
        order=("region_id", "username"),
        empty="还没有人员。从“建立账号”新建，或从文件导入；导入的人没有口令，请在其页面生成设置口令的链接。",
    )
)
