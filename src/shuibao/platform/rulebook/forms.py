"""What a person fills in to verify a rule or to put another value in its place."""

from typing import Any

from django import forms
from django.utils import timezone

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import inside, reader_of
from shuibao.platform.rulebook.models import RuleVersion
from shuibao.platform.rulebook.services import WrongValue, value_of_text


def _day(label: str) -> forms.DateField:
    """A day, written as the browser's own calendar reads it."""
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def _evidence() -> forms.CharField:
    return forms.CharField(
        label="核验依据", help_text="文件名称、文号、条款或网址", widget=forms.Textarea(attrs={"rows": 3})
    )


class _ScopeForm(forms.Form):
    """Where the new version holds: a region the person answers for, within the rule's own."""

    region = forms.ModelChoiceField(
        Region.objects.none(), label="适用地区", required=False, empty_label="全部地区"
    )

    def __init__(self, *args: Any, user: object, rule: RuleVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        stems = reader_of(user).stems("rules.verify")
        regions = Region.objects.visible_to(user).filter(inside(stems, "code"), valid_to=None)
        choice = self.fields["region"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = regions.filter(inside([rule.region_code], "code")).exclude(level="township")
        choice.required = "" not in stems or bool(rule.region_code)
        if choice.required:
            choice.empty_label = None  # the widest region offered comes first


class VerifyForm(_ScopeForm):
    """When, where it holds, and where it can be read."""

    on = _day("核验日期")
    evidence = _evidence()
    field_order = ("on", "region", "evidence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()


class ReplaceForm(_ScopeForm):
    """The new value, where and from when it holds, and why."""

    value = forms.CharField(label="新取值", help_text="一个数，如 0.35；一列数，如 [0.1, 0.2]")
    valid_from = _day("施行日期")
    basis = forms.CharField(label="依据", help_text="写入规则，用到它的成果都会带上")
    evidence = _evidence()
    field_order = ("value", "region", "valid_from", "basis", "evidence")

    def clean_value(self) -> Any:
        """The number, or the list of numbers."""
        try:
            return value_of_text(self.cleaned_data["value"], self.rule.value)
        except WrongValue as problem:
            raise forms.ValidationError(str(problem)) from problem
