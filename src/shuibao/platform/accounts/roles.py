"""The roles of the product, each a list of verbs; a grant gives one of them to a person in a region.

A verb is `<what>.<do>`; `*` stands for any. What a role may see and do changes here and nowhere else.
"""

from django.db import models


class Role(models.TextChoices):
    """Who somebody is when they open the platform."""

    ADMINISTRATOR = "administrator", "系统管理员"
    SUPERVISOR = "supervisor", "监督管理人员"
    ENGINEER = "engineer", "监测工程师"
    DUTY = "duty", "淤地坝值守人员"
    PLANNER = "planner", "规划人员"
    OFFICE = "office", "水保委办公室"
    LIAISON = "liaison", "部门联络员"
    BUILDER = "builder", "建设单位"
    INSPECTOR = "inspector", "检查人员"
    AUDITOR = "auditor", "审计人员"
    PUBLIC = "public", "公众"


_READ = (
    "regions.view",
    "organisations.view",
    "rules.view",
    "attachments.view",
    "companies.view",
    "products.view",
    "patches.view",
)
_MONITOR = ("monitoring.publish", "products.restricted", "products.export", "patches.export")
_WORK = (*_READ, "attachments.add")
_GOALS = ("goals.view", "goals.report", "goals.export", "rates.view", "rates.export")
_COPY = ("regions.export", "organisations.export", "rules.export")
_LEAD = (*_COPY, "attachments.end", "deadlines.view", "deadlines.extend", "deadlines.hand_over")

VERBS: dict[Role, tuple[str, ...]] = {
    Role.ADMINISTRATOR: (
        *_READ,
        "regions.*",
        "organisations.*",
        "people.*",
        "rules.*",
        "events.view",
        "jobs.*",
        "monitoring.*",
        "products.*",
        "patches.*",
        "attachments.*",
        "deadlines.*",
        "admin.*",
        "goals.view",
        "goals.export",
        "goals.publish",
        "rates.view",
    ),
    Role.SUPERVISOR: (*_WORK, *_LEAD, *_GOALS, "people.view", "jobs.view", "goals.verify"),
    Role.ENGINEER: (
        *_WORK,
        "people.view",
        "jobs.view",
        "jobs.start",
        "rules.verify",
        *_GOALS,
        "goals.publish",
        *_MONITOR,
    ),
    Role.DUTY: (*_WORK, "people.view", "jobs.view"),
    Role.PLANNER: (*_WORK, *_GOALS, "people.view", "jobs.view", "jobs.start", "goals.allocate"),
    Role.OFFICE: (
        *_WORK,
        *_LEAD,
        *_GOALS,
        "people.view",
        "jobs.view",
        "organisations.edit",
        "events.view",
        "goals.sign",
        "goals.schedule",
        "goals.note",
        "goals.allocate",
        "goals.issue",
    ),
    Role.LIAISON: (*_WORK, *_GOALS),
    Role.BUILDER: ("regions.view", "organisations.view", "rules.view", "attachments.add"),
    Role.INSPECTOR: (*_WORK, "people.view"),
    Role.AUDITOR: ("*.view", "*.export"),
    Role.PUBLIC: ("regions.view", "rules.view"),
}

SECOND_FACTOR_NEEDED = frozenset({Role.ADMINISTRATOR, Role.DUTY})

GIVES: dict[Role, tuple[Role, ...]] = {Role.ADMINISTRATOR: tuple(Role)}
"""Which roles the holder of a role may give to others, inside the region in which it is held."""
