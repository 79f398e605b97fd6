"""The demo's platform: people, things to do, and the two years' monitoring as jobs. All of it is 示例数据."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from shuibao.platform.accounts.demo import make_demo_people
from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.deadlines import Basis, Task, Term, deadlines_of, set_deadline
from shuibao.platform.core.models import Region
from shuibao.platform.core.responsible import Responsible
from shuibao.platform.core.terms import after_working_days
from shuibao.platform.goals.demo import make_demo_progress
from shuibao.platform.jobs import services
from shuibao.platform.jobs.models import Job
from shuibao.platform.rulebook.models import RuleVersion
from shuibao.platform.upkeep.prepare import prepare

CITY = "140800"
CELL_M = 30.0
_OWN = Basis("", "示例平台的示例期限", "own")

# What there is to do: task, the button, by whom, working days left (overdue below nought).
_TO_DO = (
    ("核验规则", "去核验", Role.ENGINEER, -3),
    ("核对行政区", "去核对", Role.ADMINISTRATOR, 1),
    ("报送监测成果", "去报送", Role.ENGINEER, 5),
    ("核对责任单位", "去核对", Role.OFFICE, 2),
)


def prepare_demo(cell_m: float = CELL_M) -> Iterator[str]:
    """A line for everything done. Safe to repeat: what is there stays as it is."""
    yield from prepare()
    yield f"示例账号：新建 {make_demo_people()} 个"
    yield f"示例期限：新设 {_set_deadlines()} 件"
    yield f"任务进展：编造示例季报 {make_demo_progress()} 份"
    yield _start_jobs(cell_m)


def _start_jobs(cell_m: float) -> str:
    """The jobs of the demo's years; one input is one job, so a second start finds them."""
    if Job.objects.filter(kind="demo_data").exists():
        return "示例数据的作业已经安排过，在“作业”中可以看到"
    by, region = User.objects.get(username="jiance"), Region.objects.get(pk=CITY)
    services.start("demo_data", {"cell_m": cell_m}, by=by, region=region, title="生成运城市示例数据")
    return "已安排：生成示例数据，并监测两年（在“作业”中可以看到进度）"


def _set_deadlines() -> int:
    """Things to do that lead to pages there are: how many were new."""
    city = Region.objects.get(pk=CITY)
    if deadlines_of(city).exists():
        return 0
    today = timezone.localdate()
    rules = RuleVersion.objects.filter(is_unverified=True, is_replaced=False).count()
    details = {"核验规则": f"有 {rules} 条规则未核验"}
    urls = {
        "核验规则": "/registers/rules/?is_unverified=yes&is_replaced=no",
        "核对行政区": f"/registers/regions/{CITY}/",
        "报送监测成果": "/jobs/",
        "核对责任单位": "/registers/organisations/",
    }
    for name, act, role, days in _TO_DO:
        began = today + timedelta(days=min(0, days * 2) - 1)
        due = after_working_days(began, max(1, days), CITY)
        task = Task(name, url=urls[name], act=act, act_url=urls[name], detail=details.get(name, ""))
        set_deadline(city, task, Term(began, due, _OWN), responsible=Responsible(role=role))
    return len(_TO_DO)
