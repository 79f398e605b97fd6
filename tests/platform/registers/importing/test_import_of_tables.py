"""Importing a table: columns, preview, rights, all or nothing, history."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.errors import Conflict, NotAllowed
from shuibao.platform.core.events import timeline, verify
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.importing import services
from shuibao.platform.registers.importing.fault_sheet import fault_sheet
from shuibao.platform.registers.importing.models import Import
from shuibao.platform.registers.importing.resource import resource_of
from shuibao.platform.registers.registry import register_named, registers
from shuibao.science.errors import InputError

pytestmark = pytest.mark.django_db

HEAD = ("编码", "名称", "类型", "所在县", "坝高(m)", "库容", "建成日期", "有人值守")
WANG = ("d1", "王家沟坝", "大型坝", 140802, "12.5", "1,234.50", "2009年5月1日", "是")
LI = ("d2", "李家沟坝", "small", "140802", None, 8, "2010/6/1", "否")


def sheet(path: Path, *rows: tuple[object, ...], head: tuple[str, ...] = HEAD) -> Path:
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    book.save(path)
    return path


def faults(imported: Import) -> list[tuple[int, str, str]]:
    return [(row, label, problem) for row, label, _, _, problem in imported.report["faults"]]


@pytest.fixture
def dam(dam_model: Any, regions: object) -> Any:
    """A dam that is there already."""
    return dam_model.objects.create(
        code="d1", name="旧名", kind="small", region_id="140802", note="1958 年修建", height_m=12.5
    )


def test_columns_are_guessed_and_rows_become_objects(
    upload: Callable[..., Import],
    checked: Callable[..., Import],
    dams: Register,
    dam_model: Any,
    tmp_path: Path,
) -> None:
    imported = upload(dams, sheet(tmp_path / "坝.xlsx", WANG, LI))
    assert imported.mapping["region"] == "所在县"
    assert imported.mapping["height_m"] == "坝高(m)"
    assert checked(imported).counts == {"rows": 2, "new": 2, "changed": 0, "same": 0, "wrong": 0, "faults": 0}
    assert not dam_model.objects.exists()

    services.write_import(imported.pk)
    wang = dam_model.objects.get(code="d1")
    assert (wang.kind, wang.height_m, wang.storage) == ("key", 12.5, Decimal("1234.50"))
    assert (wang.built_on, wang.is_watched, wang.region_id) == (date(2009, 5, 1), True, "140802")
    assert dam_model.objects.get(code="d2").height_m is None


def test_an_import_leaves_one_event_and_a_history_row_for_every_object(
    upload: Callable[..., Import],
    checked: Callable[..., Import],
    dams: Register,
    dam: Any,
    officer: User,
    tmp_path: Path,
) -> None:
    imported = checked(upload(dams, sheet(tmp_path / "坝.xlsx", WANG, LI)))
    assert (imported.counts["new"], imported.counts["changed"]) == (1, 1)
    services.write_import(imported.pk)

    (event,) = timeline(imported)
    assert event.by == officer
    assert event.text == "导入试验坝：新增 1，变更 1（坝.xlsx）"
    assert event.facts["sha256"] == imported.sha256
    assert verify().broken_at is None
    last = dam.history.first()
    assert (last.history_type, last.name, last.history_user) == ("~", "王家沟坝", officer)
    assert last.history_change_reason == services.reason_of(imported)
    assert type(dam).objects.get(code="d2").history.get().history_type == "+"


def test_what_changes_is_shown_before_and_after(
    upload: Callable[..., Import], checked: Callable[..., Import], dams: Register, dam: Any, tmp_path: Path
) -> None:
    imported = checked(upload(dams, sheet(tmp_path / "坝.xlsx", WANG)))
    ((row, _, differences),) = imported.report["changed"]
    assert row == 2
    assert ["名称", "旧名", "王家沟坝"] in differences
    assert ["类型", "小型坝", "大型坝"] in differences
    assert ["建成日期", "缺", "2009-05-01"] in differences
    assert all(label != "坝高" for label, _, _ in differences)


def test_an_empty_cell_keeps_what_is_there_unless_it_is_to_be_cleared(
    upload: Callable[..., Import], checked: Callable[..., Import], dams: Register, dam: Any, tmp_path: Path
) -> None:
    head = ("编码", "名称", "行政区", "备注", "坝高")
    imported = upload(dams, sheet(tmp_path / "坝.xlsx", ("d1", "旧名", "140802", None, None), head=head))
    assert checked(imported).counts["same"] == 1
    assert checked(imported, blanks="clear").counts["changed"] == 1
    services.write_import(imported.pk)
    dam.refresh_from_db()
    assert (dam.note, dam.height_m) == ("", None)


def test_importing_the_same_file_again_changes_nothing_and_says_so(
    upload: Callable[..., Import],
    checked: Callable[..., Import],
    dams: Register,
    dam_model: Any,
    tmp_path: Path,
) -> None:
    path = sheet(tmp_path / "坝.xlsx", WANG, LI)
    first = checked(upload(dams, path))
    services.write_import(first.pk)
    again = checked(upload(dams, path))
    assert again.counts == {"rows": 2, "new": 0, "changed": 0, "same": 2, "wrong": 0, "faults": 0}
    assert again.sha256 == first.sha256
    with pytest.raises(Conflict, match="没有要导入的"):
        services.write_import(again.pk)
    assert dam_model.history.count() == 2


def test_every_fault_names_row_field_value_and_what_to_do(
    upload: Callable[..., Import],
    checked: Callable[..., Import],
    dams: Register,
    dam_model: Any,
    tmp_path: Path,
) -> None:
    path = sheet(
        tmp_path / "坝.xlsx",
        WANG,
        ("d3", None, "超大型", "140899", "约十米", "3", "明年", "是"),
        ("d4", "名" * 21, "key", "140802", 250, "1.234", None, None),
        (None, "无名坝", "key", "140802", None, None, None, None),
        WANG,
    )
    imported = checked(upload(dams, path))
    found = faults(imported)
    assert [(row, label) for row, label, _ in found] == [
        (3, "名称"),
        (3, "类型"),
        (3, "行政区"),
        (3, "坝高"),
        (3, "建成日期"),
        (4, "名称"),
        (4, "库容"),
        (5, "编码"),
        (6, "编码"),
    ]
    assert "找不到这个行政区" in found[2][2]
    assert "与第 2 行重复" in found[-1][2]
    assert imported.report["faults"][3][2:4] == ["坝高(m)", "约十米"]
    assert imported.counts["wrong"] == 4
    with pytest.raises(Conflict):
        services.write_import(imported.pk)
    assert not dam_model.objects.exists()

    book = fault_sheet(services.rows_of(imported), imported.report["faults"])
    (tmp_path / "错误.xlsx").write_bytes(book)
    lines = list(openpyxl.load_workbook(tmp_path / "错误.xlsx").active.values)
    assert lines[0][:3] == ("行号", "错误", "编码")
    assert "建成日期“明年”：不是日期" in lines[2][1]
    assert lines[1][1] in ("", None)


def test_a_broken_rule_of_the_model_is_a_fault_of_its_row(
    upload: Callable[..., Import], checked: Callable[..., Import], dams: Register, tmp_path: Path
) -> None:
    high = ("d9", "高坝", "key", "140802", 250, None, None, None)
    imported = checked(upload(dams, sheet(tmp_path / "坝.xlsx", WANG, high)))
    assert [row for row, _, _ in faults(imported)] == [3]
    assert "dam_not_too_high" in faults(imported)[0][2]


def test_a_text_that_looks_like_a_formula_stays_a_text_in_the_fault_sheet(tmp_path: Path) -> None:
    from shuibao.data.feature_files import Row, Rows

    rows = Rows(("名称",), (Row(2, ("=1+1",)),))
    (tmp_path / "a.xlsx").write_bytes(fault_sheet(rows, [[2, "名称", "名称", "=1+1", "不行"]]))
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").active["C2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_required_field_without_a_column_is_refused_before_the_check(
    upload: Callable[..., Import], checked: Callable[..., Import], dams: Register, tmp_path: Path
) -> None:
    imported = upload(dams, sheet(tmp_path / "坝.xlsx", ("d1", "甲"), head=("编码", "名称")))
    with pytest.raises(InputError, match="行政区"):
        checked(imported)


def test_rows_of_another_county_are_refused(
    upload: Callable[..., Import],
    checked: Callable[..., Import],
    dams: Register,
    dam_model: Any,
    tmp_path: Path,
) -> None:
    dam_model.objects.create(code="x1", name="他县坝", kind="key", region_id="140822")
    path = sheet(
        tmp_path / "坝.xlsx",
        WANG,
        ("d7", "他县新坝", "key", "140822", None, None, None, None),
        ("x1", "抢来的坝", "key", "140802", None, None, None, None),
    )
    imported = checked(upload(dams, path))
    found = faults(imported)
    assert [(row, label) for row, label, _ in found] == [(3, "行政区"), (4, "编码")]
    assert "权限" in found[0][2]
    assert "看不到的地区" in found[1][2]
    with pytest.raises(Conflict):
        services.write_import(imported.pk)
    assert dam_model.objects.get().name == "他县坝"


def test_a_dam_cannot_be_moved_out_of_ones_region(
    upload: Callable[..., Import], checked: Callable[..., Import], dams: Register, dam: Any, tmp_path: Path
) -> None:
    head = ("编码", "名称", "行政区")
    imported = checked(upload(dams, sheet(tmp_path / "坝.xlsx", ("d1", "旧名", "140822"), head=head)))
    assert [label for _, label, _ in faults(imported)] == ["行政区"]


def test_a_late_refusal_of_the_database_leaves_nothing_behind(
    upload: Callable[..., Import],
    checked: Callable[..., Import],
    dams: Register,
    dam_model: Any,
    officer: User,
    tmp_path: Path,
) -> None:
    rows = [(f"d{n}", f"坝{n}", "key", "140802", None, None, None, None) for n in range(30)]
    imported = checked(upload(dams, sheet(tmp_path / "坝.xlsx", *rows)))
    plan = services._plan(imported, services.quietly)
    plan.new[-1].instance.height_m = 999.0
    with pytest.raises(IntegrityError):
        services._write(imported, plan)
    imported.refresh_from_db()
    assert imported.state == Import.State.CHECKED
    assert not dam_model.objects.exists()
    assert not dam_model.history.exists()
    assert not timeline(imported).exists()


def test_a_change_made_after_the_check_sends_the_import_back_to_the_preview(
    upload: Callable[..., Import], checked: Callable[..., Import], dams: Register, dam: Any, tmp_path: Path
) -> None:
    imported = checked(upload(dams, sheet(tmp_path / "坝.xlsx", WANG)))
    dam.name = "别人刚改的名字"
    dam.save()
    with pytest.raises(Conflict, match="重新核对"):
        services.write_import(imported.pk)
    imported.refresh_from_db()
    assert ["名称", "别人刚改的名字", "王家沟坝"] in imported.report["changed"][0][2]
    services.write_import(imported.pk)
    dam.refresh_from_db()
    assert dam.name == "王家沟坝"


def test_a_change_between_the_last_check_and_the_writing_is_not_overwritten(
    upload: Callable[..., Import], checked: Callable[..., Import], dams: Register, dam: Any, tmp_path: Path
) -> None:
    imported = checked(upload(dams, sheet(tmp_path / "坝.xlsx", WANG)))
    plan = services._plan(imported, services.quietly)
    type(dam).objects.filter(pk=dam.pk).update(name="别人刚改的名字")
    with pytest.raises(Conflict):
        services._write(imported, plan)
    dam.refresh_from_db()
    assert dam.name == "别人刚改的名字"


def test_an_ended_import_cannot_be_changed(
    upload: Callable[..., Import],
    checked: Callable[..., Import],
    dams: Register,
    officer: User,
    tmp_path: Path,
) -> None:
    imported = upload(dams, sheet(tmp_path / "坝.xlsx", WANG))
    services.give_up(imported.pk, by=officer)
    with pytest.raises(Conflict, match="已放弃"):
        checked(imported)


def test_only_the_uploader_goes_on_with_an_import(
    upload: Callable[..., Import],
    dams: Register,
    make_user: Callable[..., User],
    officer: User,
    tmp_path: Path,
) -> None:
    imported = upload(dams, sheet(tmp_path / "坝.xlsx", WANG))
    neighbour = make_user("neighbour", Role.SUPERVISOR, "140802")
    auditor = make_user("auditor", Role.AUDITOR, "140800")
    with pytest.raises(Import.DoesNotExist):
        services.own(imported.pk, neighbour)
    with pytest.raises(NotAllowed):
        services.own(imported.pk, auditor)


def test_nobody_uploads_without_the_verb(
    dams: Register, make_user: Callable[..., User], regions: object
) -> None:
    with pytest.raises(NotAllowed):
        services.upload(dams, [], by=make_user("liaison", Role.LIAISON))


def test_parents_and_children_of_one_file_are_imported_together(
    upload: Callable[..., Import], checked: Callable[..., Import], tmp_path: Path
) -> None:
    declared = register_named("regions")
    assert declared is not None
    path = tmp_path / "乡镇.csv"
    path.write_text(
        "行政区划代码,名称,级别,上级\n140802100001,某村,乡镇（街道）,140802100\n140802100,某镇,township,140802\n",
        encoding="utf-8",
    )
    imported = checked(upload(declared, path))
    assert imported.report["faults"] == []
    services.write_import(imported.pk)
    village = declared.model._default_manager.get(pk="140802100001")
    assert village.parent.parent_id == "140802"


def test_every_declared_import_can_be_built() -> None:
    for declared in registers():
        if declared.importing is not None:
            assert resource_of(declared)._meta.import_id_fields == declared.importing.key
