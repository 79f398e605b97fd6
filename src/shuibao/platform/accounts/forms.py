"""Forms of administrators: they offer only what the administrator may give."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shuibao.platform.accounts.models import Organisation, Post, User
from shuibao.platform.accounts.phones import is_phone
from shuibao.platform.accounts.queries import (
    editable_organisations,
    gives_everywhere,
    grantable_regions,
    grantable_roles,
)
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region


class _Day(forms.DateInput):
    input_type = "date"


class _OurForm(forms.Form):
    """Fields that look like those of every other form, prepared for the person who fills it in."""

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.prepare()
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "inp")

    def prepare(self) -> None:
        """Fills in the choices."""

    def offer(self, name: str, rows: models.QuerySet) -> forms.ModelChoiceField:
        """The field, which now offers these rows."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        return field


class PersonForm(_OurForm):
    """A new person."""

    username = forms.CharField(label=_("用户名"), max_length=40, validators=[User.username_validator])
    name = forms.CharField(label=_("姓名"), max_length=40)
    region = forms.ModelChoiceField(Region.objects.none(), label=_("行政区"), to_field_name="code")
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("单位"),
        to_field_name="code",
        required=False,
        empty_label=_("无"),
    )
    phone = forms.CharField(label=_("电话"), max_length=20, required=False, validators=[is_phone])
    email = forms.EmailField(label=_("电子邮箱"), required=False)

    def prepare(self) -> None:
        """Regions and organisations within reach."""
        self.offer("region", grantable_regions(self.by)).required = not gives_everywhere(self.by)
        self.offer("organisation", editable_organisations(self.by))


class GrantForm(_OurForm):
    """A role for a person."""

    role = forms.ChoiceField(label=_("角色"))
    region = forms.ModelChoiceField(
        Region.objects.none(), label=_("地区"), to_field_name="code", required=False
    )
    valid_from = forms.DateField(label=_("起"), widget=_Day(format="%Y-%m-%d"), initial=timezone.localdate)
    valid_to = forms.DateField(
        label=_("止"), widget=_Day(format="%Y-%m-%d"), required=False, help_text=_("空着为长期")
    )

    def prepare(self) -> None:
        """Roles and regions within reach."""
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(given.value, given.label) for given in grantable_roles(self.by)]
        region = self.offer("region", grantable_regions(self.by))
        region.required = not gives_everywhere(self.by)
        region.empty_label = _("请选择地区") if region.required else _("全部地区")

    def clean_role(self) -> Role:
        """The role itself."""
        return Role(self.cleaned_data["role"])


class PostForm(_OurForm):
    """A post for a person."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("单位"), to_field_name="code")
    section = forms.CharField(
        label=_("科室"), max_length=Post._meta.get_field("section").max_length, required=False
    )
    title = forms.CharField(label=_("岗位"), max_length=Post._meta.get_field("title").max_length)
    valid_from = forms.DateField(
        label=_("任职日期"), widget=_Day(format="%Y-%m-%d"), initial=timezone.localdate
    )

    def prepare(self) -> None:
        """Organisations within reach."""
        self.offer("organisation", editable_organisations(self.by))


class OrganisationForm(_OurForm):
    """Another organisation for a person."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("单位"),
        to_field_name="code",
        required=False,
        empty_label=_("无"),
    )

    def prepare(self) -> None:
        """Organisations within reach."""
        self.offer("organisation", editable_organisations(self.by))


class DetailsForm(_OurForm):
    """Name, telephone and e-mail of a person."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(label=_("电话"), max_length=20, required=False, validators=[is_phone])
    email = forms.EmailField(label=_("电子邮箱"), required=False)


class EndForm(_OurForm):
    """Why an account ends."""

    reason = forms.CharField(label=_("停用原因"), max_length=100, help_text=_("如调离、退休。"))


class PreferencesForm(_OurForm):
    """Language and area unit of oneself."""

    language = forms.ChoiceField(label=_("语言"), choices=settings.LANGUAGES)
    area_unit = forms.ChoiceField(label=_("面积单位"), choices=User.AreaUnit.choices)
