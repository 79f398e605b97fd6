"""What a person fills in to verify a rule or to put another value in its place."""

from typing import Any

from django import forms
from django.utils import timezone

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import inside, reader_of
from shuibao.platform.rulebook.models import RuleVersion
from shuibao.platform.rulebook.services import WrongValue, value_of_text


class VerifyForm(forms.Form):
    """When, and where it can be read."""

    on = forms.DateField(label="核验日期", widget=forms.DateInput(attrs={"type": "date"}))
    evidence = forms.CharField(
        label="核验依据", help_text="文件名称、文号、条款或网址", widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()


class ReplaceForm(forms.Form):
    """The new value, where and from when it holds, and why."""

    value = forms.CharField(label="新取值", help_text="一个数，如 0.35；一列数，如 [0.1, 0.2]")
    region = forms.ModelChoiceField(
        Region.objects.none(), label="适用地区", required=False, empty_label="全部地区"
    )
    valid_from = forms.DateField(label="施行日期", widget=forms.DateInput(attrs={"type": "date"}))
    basis = forms.CharField(label="依据", help_text="写入规则，用到它的成果都会带上")
    evidence = forms.CharField(
        label="核验依据", help_text="文件名称、文号、条款或网址", widget=forms.Textarea(attrs={"rows": 3})
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

    def clean_value(self) -> Any:
        """The number, or the list of numbers."""
        try:
            return value_of_text(self.cleaned_data["value"], self.rule.value)
        except WrongValue as problem:
            raise forms.ValidationError(str(problem)) from problem
