import pytest
from django.db import connection

from shuibao.platform.core.events import record, timeline, verify
from shuibao.platform.core.models import Event, Region


def _log(region: Region) -> None:
    for number in range(3):
        record(region, "regions.changed", f"第 {number} 次修改", before={"name": "甲"}, after={"name": "乙"})


def test_an_untouched_log_is_proved(regions: dict[str, Region]) -> None:
    _log(regions["140802"])
    proof = verify()
    assert proof.broken_at is None
    assert proof.entries == 3
    assert next(event.text for event in timeline(regions["140802"])) == "第 2 次修改"


@pytest.mark.parametrize(
    ("sabotage", "broken_at"),
    [
        ("UPDATE core_event SET text = '没有这回事' WHERE number = 2", 2),
        ("DELETE FROM core_event WHERE number = 2", 2),
        ("DELETE FROM core_event WHERE number = 3", 3),
        ("UPDATE core_event SET seal = before WHERE number = 1", 1),
    ],
)
def test_whatever_is_changed_behind_its_back_is_found(
    regions: dict[str, Region], sabotage: str, broken_at: int
) -> None:
    _log(regions["140802"])
    with connection.cursor() as cursor:
        cursor.execute(sabotage)
    assert verify().broken_at == broken_at


def test_an_event_can_neither_be_changed_nor_deleted(regions: dict[str, Region]) -> None:
    event = record(regions["140802"], "regions.changed", "改名")
    event.text = "没有改名"
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
    assert Event.objects.get().text == "改名"
