"""The form of a register's records, made from its declaration."""

from typing import Any

from django import forms
from django.db import models

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import inside, reader_of
from shuibao.platform.registers.declaration import Register


def form_of(register: Register, user: object) -> type[forms.ModelForm]:
    """The form class for a person: regions they may write in, objects they may see."""

    def callback(field: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
        if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
            kwargs["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        made = field.formfield(**kwargs)
        if isinstance(made, forms.ModelChoiceField):
            made.queryset = _choices(field, register, user)
        return made

    return forms.modelform_factory(
        register.model, fields=list(register.editable), formfield_callback=callback
    )


class EndForm(forms.Form):
    """Why a record ends."""

    reason = forms.CharField(label="终止的原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


def _choices(field: "models.Field[Any, Any]", register: Register, user: object) -> Any:
    model = field.related_model
    rows = model._default_manager.visible_to(user)  # type: ignore[union-attr]
    if model is Region:
        stems = reader_of(user).stems(register.verb("edit"))
        return rows.filter(inside(stems, "code"), valid_to=None).defer("boundary")
    return rows
