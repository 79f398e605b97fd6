"""The eight words of the rail, and what stands behind each: registers by their declaration, tools by name."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.registry import registers


@dataclass(frozen=True)
class Section:
    """A word of the rail. address: the name of a page of its own; without one it has a page of contents."""

    name: str
    word: str | Promise
    icon: str
    about: str | Promise
    page: str = ""

    @property
    def address(self) -> str:
        """Where the word leads."""
        return reverse(self.page) if self.page else reverse("section", args=[self.name])


@dataclass(frozen=True)
class Tool:
    """A page of a section that is no register. verb: who may see it; empty for everybody."""

    section: str
    word: str | Promise
    about: str | Promise
    page: str
    verb: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of a section's page."""

    word: str
    about: str
    address: str
    count: int | None = None
    counter: str = ""


SECTIONS: tuple[Section, ...] = (
    Section("home", _("首页"), "home", _("要办的事和最近的变化"), "home"),
    Section("map", _("一张图"), "map", _("所有图层叠在一张图上"), "onemap:map"),
    Section("monitoring", _("监测"), "watch", _("每年的水土流失、水土保持率和变化")),
    Section("supervision", _("监管"), "super", _("生产建设项目、图斑、检查、案件")),
    Section("dams", _("淤地坝"), "dam", _("登记、巡查、预报、预警、预案")),
    Section("treatment", _("治理"), "treat", _("小流域、坡耕地、治理工程和资金")),
    Section("goals", _("考核与任务"), "goal", _("两个方案的目标和任务，考核和台账")),
    Section("data", _("数据"), "data", _("行政区、单位、人员、规则和数据交换")),
)
_TOOLS: list[Tool] = []


def add_tool(tool: Tool) -> None:
    """Puts a page into its section. Apps call it when they are ready."""
    _TOOLS.append(tool)


def open_registers(user: object) -> list[Register]:
    """The registers a person may read at all."""
    reader = reader_of(user)
    return [found for found in registers() if found.is_open or reader.may(found.verb("view"))]


def tools(section: str, user: object) -> list[Entry]:
    """The pages of a section that a person may use and that are no register."""
    reader = reader_of(user)
    return [
        Entry(str(tool.word), str(tool.about), reverse(tool.page))
        for tool in _TOOLS
        if tool.section == section and (not tool.verb or reader.may(tool.verb))
    ]


def entries(section: str, user: object) -> list[Entry]:
    """What a person finds in a section: the tools they may use, then the registers they may see."""
    return tools(section, user) + [
        Entry(
            word=register.title,
            about="",
            address=reverse("registers:list", args=[register.name]),
            count=register.rows(user).count(),
            counter=register.counter,
        )
        for register in open_registers(user)
        if register.rail == section
    ]
