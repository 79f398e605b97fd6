"""The number at the bell of every page."""

from collections.abc import Callable

from django.test import Client
from django.utils import timezone

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core import deadlines, terms
from shuibao.platform.core.deadlines import Basis, Task, Term
from shuibao.platform.core.models import Region
from shuibao.platform.core.responsible import Responsible


def test_the_bell_counts_what_is_to_be_done(
    regions: dict[str, Region], make_user: Callable[..., User]
) -> None:
    clerk = make_user("clerk", Role.LIAISON, "140822")
    today = timezone.localdate()
    term = Term(today, terms.by_day(today, "140822"), Basis("deadline.x", "限期整改通知书", "own"))
    for number in range(17):
        task = Task(f"第 {number} 件", "/x/", "复核", "/y/")
        deadlines.set_deadline(regions["140822"], task, term, responsible=Responsible(clerk))
    client = Client()
    client.force_login(clerk)
    page = client.get("/notices/").content.decode()
    assert "<b>17</b>" in page[page.index("topbar__bell") : page.index("topbar__who")]
