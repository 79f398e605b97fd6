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


_READ = ("regions.view", "organisations.view", "rules.view", "attachments.view")

VERBS: dict[Role, tuple[str, ...]] = {
    Role.ADMINISTRATOR: (
        *_READ,
        "regions.*",
        "organisations.*",
        "people.*",
        "rules.*",
        "events.view",
        "jobs.*",
        "admin.*",
    ),
    Role.SUPERVISOR: (*_READ, "people.view", "jobs.view"),
    Role.ENGINEER: (*_READ, "people.view", "jobs.view", "jobs.start", "rules.verify"),
    Role.DUTY: (*_READ, "people.view", "jobs.view"),
    Role.PLANNER: (*_READ, "people.view", "jobs.view", "jobs.start"),
    Role.OFFICE: (*_READ, "people.view", "jobs.view", "organisations.edit", "events.view"),
    Role.LIAISON: _READ,
    Role.BUILDER: ("regions.view", "organisations.view", "rules.view"),
    Role.INSPECTOR: (*_READ, "people.view"),
    Role.AUDITOR: ("*.view", "*.export"),
    Role.PUBLIC: ("regions.view", "rules.view"),
}

SECOND_FACTOR_NEEDED = frozenset({Role.ADMINISTRATOR, Role.DUTY})
