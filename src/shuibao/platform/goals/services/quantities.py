"""A quantity that no task has, counted by the water bureau."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.platform.core.visibility import require
from shuibao.platform.goals.models import Figure, Quantity
from shuibao.platform.goals.services.tasks import given
from shuibao.science.errors import InputError


@transaction.atomic
def count_quantity(quantity_id: int, *, value: float, counted_on: date, source: str, by: Any) -> Figure:
    """What was reached of a quantity by a day, with the statistics that say so.

    Raises Conflict for a quantity that comes with a task's reports or from monitoring.
    """
    rows = Quantity.objects.visible_to(by).select_for_update().select_related("plan")
    quantity: Quantity = rows.get(pk=quantity_id)
    require(by, "goals.verify", quantity.plan)
    if quantity.task_id is not None:
        raise Conflict(f"“{quantity}”由任务的季度进展报送，不在这里填。")
    if quantity.measure == Quantity.Measure.RATE:
        raise Conflict(f"“{quantity}”来自发布的动态监测成果，不能填报。")
    if value < 0:
        raise InputError(f"{quantity} {value:g} 小于 0，请填累计完成数。")
    if counted_on > timezone.localdate():
        raise InputError(f"统计日期 {counted_on} 晚于今天，请填数据的截止日期。")
    figure = Figure.objects.create(
        quantity=quantity, verified=value, counted_on=counted_on, source=given(source, "来源")[:200]
    )
    text = f"{quantity} {value:g} {quantity.unit}（{counted_on}）"
    record(quantity.plan, "goals.counted", text, by=by, evidence=figure.source)
    return figure
