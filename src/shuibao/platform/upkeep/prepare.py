"""Making an installation ready: tables, cache, and what is shipped with the program."""

from collections.abc import Iterator

from django.core.management import call_command

from shuibao.platform.accounts.services import load_organisations
from shuibao.platform.core.regions import load_regions
from shuibao.platform.goals.services import load_plans
from shuibao.platform.rulebook.services import load_shipped_rules


def prepare() -> Iterator[str]:
    """A line for everything done. Safe to repeat: what is there stays as it is."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    yield "数据表已是最新"
    yield f"规则表：新载入 {load_shipped_rules()} 条"
    yield f"行政区：新载入 {load_regions()} 个"
    yield f"单位：新载入 {load_organisations()} 个"
    yield f"方案：新载入 {load_plans()} 个"
