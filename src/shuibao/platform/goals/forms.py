"""What a person fills in: a report, its verification, a term, a milestone, a note, an allocation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shuibao.platform.goals.models import Clause, Quantity, RegionYear, Report, Task
from shuibao.platform.goals.periods import offered_periods

_PERCENT = {"min": 0, "max": 100, "step": "any", "inputmode": "decimal"}


def _percent(label: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label, min_value=0, max_value=100, widget=forms.NumberInput(attrs=_PERCENT), help_text="%"
    )


def _words(label: Any, rows: int = 3, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, required=required, widget=forms.Textarea(attrs={"rows": rows}))


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class _WithFigures(forms.Form):
    """A form with a number for each quantity of a task."""

    def _add_figures(self, quantities: list[Quantity], first: dict[int, float | None]) -> None:
        self._quantities = quantities
        for quantity in quantities:
            self.fields[f"figure_{quantity.pk}"] = forms.FloatField(
                label=quantity.name,
                required=False,
                min_value=0,
                initial=first.get(quantity.pk),
                widget=forms.NumberInput(attrs={"min": 0, "step": "any", "inputmode": "decimal"}),
                help_text=_("累计 %(unit)s，目标 %(target)s（%(year)s 年）")
                % {"unit": quantity.unit, "target": quantity.target_text, "year": quantity.year},
            )

    def figures(self) -> dict[int, float | None]:
        """What was typed of each quantity; None where nothing was."""
        return {one.pk: self.cleaned_data.get(f"figure_{one.pk}") for one in self._quantities}


class ReportForm(_WithFigures):
    """The quarter, how far, what was done, and what proves it."""

    period = forms.ChoiceField(label=_("季度"))
    progress_pct = _percent(_("自报进度"))
    text = _words(_("进展"), 6)
    evidence = forms.FileField(
        label=_("佐证材料"), required=False, help_text=_("照片、文件、表格；已添加的不必再传")
    )

    def __init__(self, *args: Any, task: Task, draft: Report | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = offered_periods()  # type: ignore[attr-defined]
        quantities = list(task.quantities.all())
        first: dict[int, float | None] = {}
        if draft is not None:
            first = dict(draft.figures.values_list("quantity_id", "self_reported"))
            self.initial["period"] = f"{draft.year}-{draft.quarter}"
            self.initial["progress_pct"], self.initial["text"] = draft.self_pct, draft.text
        self._add_figures(quantities, first)

    def period_chosen(self) -> tuple[int, int]:
        """Year and quarter."""
        year, quarter = self.cleaned_data["period"].split("-")
        return int(year), int(quarter)


class VerifyForm(_WithFigures):
    """What the water bureau found."""

    progress_pct = _percent(_("核实进度"))
    opinion = _words(_("核实意见"), required=False)

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["progress_pct"] = report.self_pct
        first = dict(report.figures.values_list("quantity_id", "self_reported"))
        self._add_figures(list(report.task.quantities.all()), first)


class SignForm(forms.Form):
    """Nothing to fill in: the page shows what is signed."""


class ReasonForm(forms.Form):
    """Why it goes back."""

    reason = forms.CharField(label=_("退回原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class TermForm(forms.Form):
    """A last day, and on what ground."""

    due_on = _day(_("完成期限"))
    basis = forms.CharField(label=_("期限依据"), max_length=200, help_text=_("文件名称、文号或会议"))


class MilestoneForm(forms.Form):
    """What should be reached by when."""

    title = forms.CharField(label=_("里程碑"), max_length=100)
    due_on = _day(_("期限"))
    planned_pct = _percent(_("计划进度"))


class NoteForm(forms.Form):
    """A note."""

    text = _words(_("备注"))


class ClauseForm(forms.Form):
    """Where a clause stands."""

    standing = forms.ChoiceField(label=_("落实情况"), choices=Clause.Standing.choices)
    text = _words(_("落实说明"))


class CountForm(forms.Form):
    """What was reached by a day, and which statistics say so."""

    value = forms.FloatField(
        label=_("累计完成"),
        min_value=0,
        widget=forms.NumberInput(attrs={"min": 0, "step": "any", "inputmode": "decimal"}),
    )
    counted_on = _day(_("统计日期"))
    source = forms.CharField(label=_("来源"), max_length=200, help_text=_("统计报表、文件的名称"))


class AllocationForm(forms.Form):
    """The target year, the weights, and what each county can reduce."""

    year = forms.TypedChoiceField(label=_("目标年"), coerce=int)
    area_weight = forms.FloatField(
        label=_("水土流失面积的权重"),
        min_value=0,
        max_value=1,
        help_text=_("0–1，其余为可消减面积的权重"),
        widget=forms.NumberInput(attrs={"min": 0, "max": 1, "step": "any"}),
    )
    potential_source = forms.CharField(
        label=_("可消减面积的来源"), max_length=200, help_text=_("调查、规划的名称；没有时写明是估算")
    )

    def __init__(
        self, *args: Any, years: list[int], rows: list[RegionYear], weight: float, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]
        self.initial["area_weight"] = weight
        self.rows = rows
        for row in rows:
            self.fields[f"reducible_{row.region_id}"] = forms.FloatField(
                label=row.region.name,
                min_value=0,
                max_value=row.erosion_km2,
                widget=forms.NumberInput(attrs={"min": 0, "step": "any"}),
                help_text=_("km²，不超过水土流失面积 %(area)s") % {"area": f"{row.erosion_km2:.2f}"},
            )

    def reducible_km2(self) -> dict[str, float]:
        """What each county can reduce [km²], by code."""
        return {row.region_id: self.cleaned_data[f"reducible_{row.region_id}"] for row in self.rows}


class IssueForm(forms.Form):
    """The document that hands the shares down."""

    document = forms.CharField(label=_("下达文号"), max_length=100)
