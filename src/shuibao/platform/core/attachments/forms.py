"""What a person fills in to add a file or to end one."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AddForm(forms.Form):
    """The object, the file, and the page to come back to."""

    about_type = forms.CharField(max_length=60, widget=forms.HiddenInput)
    about_key = forms.CharField(max_length=60, widget=forms.HiddenInput)
    back = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("文件"), max_length=255, error_messages={"empty": _("文件是空的。请选有内容的文件再上传。")}
    )


class EndForm(forms.Form):
    """Why, and the page to come back to."""

    reason = forms.CharField(label=_("作废原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    back = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)
