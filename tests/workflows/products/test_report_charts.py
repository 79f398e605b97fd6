"""Charts as values: bars begin at zero, pieces touch, ends and ticks lie where the numbers are."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.workflows.annual_monitoring import tables
from shuibao.workflows.annual_monitoring.report.charts import rate_bars, stacks
from shuibao.workflows.annual_monitoring.report.charts.axis import axis_around, axis_from_zero
from shuibao.workflows.annual_monitoring.report.charts.tornado import tornado
from shuibao.workflows.annual_monitoring.report.charts.waterfall import waterfall
from shuibao.workflows.annual_monitoring.report.transitions import heat_table
from shuibao.workflows.annual_monitoring.result import MonitoringResult


@given(values=st.lists(st.floats(0, 1e6), max_size=8))
def test_an_axis_from_zero_holds_all_values_with_few_round_ticks(values: list[float]) -> None:
    axis = axis_from_zero(values)
    assert axis.low == axis.ticks[0] == 0
    assert axis.high == axis.ticks[-1]
    assert all(value <= axis.high * (1 + 1e-6) for value in values)
    assert 2 <= len(axis.ticks) <= 6


@given(values=st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=8))
def test_an_axis_around_values_holds_them_all(values: list[float]) -> None:
    axis = axis_around(values)
    for value in values:
        assert -0.01 <= axis.x(value) <= 100.01
    assert 2 <= len(axis.ticks) <= 8


def test_tick_labels_have_the_decimals_they_need() -> None:
    axis = axis_from_zero([9.0])
    assert [axis.label(tick) for tick in axis.ticks] == ["0.0", "2.5", "5.0", "7.5", "10.0"]
    axis = axis_around([-300.0, 0.0], about=3)
    assert [axis.label(tick) for tick in axis.ticks] == ["−300", "−200", "−100", "0"]


def test_a_rate_bar_is_as_long_as_the_rate_and_dots_lead_to_the_next_target(
    complete: MonitoringResult,
) -> None:
    zone = replace(
        complete.zones[0],
        water_conservation_rate_pct=53.3,
        targets_pct={2025: 53.0, 2030: 56.24, 2035: 71.0},
    )
    (bar,) = rate_bars.rate_bars(replace(complete, zones=(zone,))).bars
    assert bar.width == 53.3
    assert [(mark.year, mark.kind, mark.x) for mark in bar.marks] == [
        (2025, "past", 53.0),
        (2030, "next", 56.24),
        (2035, "later", 71.0),
    ]
    assert bar.gap == (53.3, 56.24)


def test_zones_stand_from_the_lowest_rate_on_and_unknown_ones_last(complete: MonitoringResult) -> None:
    rates = (60.0, None, 40.0)
    zones = tuple(
        replace(zone, water_conservation_rate_pct=rate)
        for zone, rate in zip(complete.zones, rates, strict=True)
    )
    bars = rate_bars.rate_bars(replace(complete, zones=zones)).bars
    assert [bar.width for bar in bars] == [40.0, 60.0, None]


def test_the_pieces_of_a_stack_touch_and_end_at_the_erosion_area(complete: MonitoringResult) -> None:
    table = tables.land_use_table(complete)
    stack = stacks.erosion_areas(table.rows)
    for row, bar in zip(table.rows, stack.rows, strict=True):
        assert bar.pieces[0].x == 0
        for left, right in pairwise(bar.pieces):
            assert left.x + left.width == pytest.approx(right.x, abs=0.021)
        assert bar.pieces[-1].x + bar.pieces[-1].width == pytest.approx(
            stack.axis.x(row.erosion_km2), abs=0.021
        )


def test_the_lengths_of_shares_are_the_complement_of_the_rate(complete: MonitoringResult) -> None:
    table = tables.zone_table(complete)
    stack = stacks.erosion_shares(table.rows)
    for zone, bar in zip(complete.zones, stack.rows, strict=True):
        length = sum(piece.width for piece in bar.pieces) * (stack.axis.high / 100)
        assert length == pytest.approx(100 - (zone.water_conservation_rate_pct or 0), abs=0.05)


def test_statuses_are_drawn_zone_by_zone(complete: MonitoringResult) -> None:
    assert complete.change is not None
    stack = stacks.statuses(complete.change.status_km2, {"140829": "平陆县", "999999": "别处"})
    (row,) = stack.rows
    assert [piece.name for piece in row.pieces] == ["新增", "加重", "存量", "减轻", "消减"]
    assert row.figures == ("−15.00",)


def test_the_widest_span_comes_first_and_the_base_is_marked(complete: MonitoringResult) -> None:
    base = complete.totals.water_conservation_rate_pct
    found = tornado(complete.scenarios, base)
    assert found is not None and base is not None
    assert [span.factor for span in found.spans] == ["K", "T"]
    soil, rotation = found.spans
    assert soil.lowest is None and soil.highest is not None and soil.highest.label == "zhang_si"
    assert soil.left == found.base_x
    assert rotation.lowest is not None and "= 1" in rotation.lowest.label
    assert rotation.left < found.base_x < rotation.right


def test_without_a_base_rate_or_scenarios_there_is_no_tornado(complete: MonitoringResult) -> None:
    assert tornado(complete.scenarios, None) is None
    assert tornado(complete.scenarios[:1], 50.0) is None
    assert tornado((), 50.0) is None


def test_scenarios_that_change_nothing_still_have_a_chart(complete: MonitoringResult) -> None:
    same = replace(complete.scenarios[1], water_conservation_rate_pct=50.0)
    found = tornado((same,), 50.0)
    assert found is not None
    assert (found.spans[0].lowest, found.spans[0].highest) == (None, None)


def test_the_waterfall_ends_at_the_whole_change_and_leaves_out_what_did_nothing(
    complete: MonitoringResult,
) -> None:
    assert complete.change is not None
    drawn = waterfall(complete.change.attribution[""])
    assert drawn is not None
    assert [step.name[0] for step in drawn.steps] == ["B", "E", "T", "不", "合"]
    assert drawn.steps[-2].end == pytest.approx(drawn.steps[-1].end, abs=0.02)
    assert drawn.steps[-1].x + drawn.steps[-1].width == pytest.approx(drawn.zero, abs=0.02)


def test_without_a_whole_change_there_is_no_waterfall() -> None:
    assert waterfall({}) is None


def test_a_change_of_nothing_can_be_drawn() -> None:
    drawn = waterfall({"residual": (0.0, 0.0), "observed": (0.0, 0.0)})
    assert drawn is not None
    assert [step.width for step in drawn.steps] == [0.0, 0.0]


def test_the_heat_table_adds_up_and_shades_only_what_moved() -> None:
    matrix = np.diag([100.0, 50.0, 20.0, 5.0, 1.0, 0.0])
    matrix[0, 1], matrix[1, 0] = 2.0, 8.0
    table = heat_table(matrix)
    assert table.rows[0].total == "102.0"
    assert table.column_totals[0] == "108.0"
    assert table.total == "186.0"
    assert table.rows[0].cells[0].colour == ""
    assert table.rows[0].cells[1].colour.startswith("rgba(107,74,156")
    assert table.rows[1].cells[0].colour.startswith("rgba(47,125,79")
    assert table.rows[5].cells[5].text == "0"
