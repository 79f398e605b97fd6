"""The form of a register's records, made from its declaration."""

from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import inside, reader_of
from shuibao.platform.registers.declaration import Register


def form_of(register: Register, user: object, row: models.Model | None = None) -> type[forms.ModelForm]:
    """The form class for a person: regions they may write in, objects they may see.

    row: the record to change; what stands in its address stays as it is.
    """

    def callback(field: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
        if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
            kwargs["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        made = field.formfield(**kwargs)
        if isinstance(made, forms.ModelChoiceField):
            made.queryset = _choices(field, register, user, row)
        if made is not None and row is not None and (field.primary_key or field.name == register.key):
            made.disabled = True
        return made

    return forms.modelform_factory(
        register.model, fields=list(register.editable), formfield_callback=callback
    )


class EndForm(forms.Form):
    """Why a record ends."""

    reason = forms.CharField(label=_("终止的原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


def _choices(field: "models.Field[Any, Any]", register: Register, user: object, row: Any) -> Any:
    model: Any = field.related_model
    rows = model._default_manager.visible_to(user)
    present = Q(pk=getattr(row, field.attname)) if row is not None else Q(pk__in=[])
    if model is not Region:
        ended = Q(valid_to=None) if any(f.name == "valid_to" for f in model._meta.concrete_fields) else Q()
        return rows.filter(ended | present)
    stems = reader_of(user).stems(register.verb("edit"))
    offered = inside(stems, "code") & Q(valid_to=None) & ~Q(level=Region.Level.TOWNSHIP)
    return rows.filter(offered | present).defer("boundary")
