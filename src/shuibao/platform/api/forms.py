"""The form for a new token."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shuibao.platform.api.models import ApiToken


class TokenForm(forms.Form):
    """What it is for, what it may do, how long it lives."""

    name = forms.CharField(label=_("用途"), max_length=60, help_text=_("哪个程序用它，如“监测成果汇交”"))
    scope = forms.ChoiceField(label=_("范围"), choices=ApiToken.Scope.choices)
    days = forms.TypedChoiceField(
        label=_("有效期"),
        coerce=int,
        initial=90,
        choices=((30, _("30 天")), (90, _("90 天")), (180, _("180 天")), (365, _("365 天"))),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs["class"] = "inp"
