"""What a person fills in to publish a product or to start a run."""

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import inside, reader_of
from shuibao.platform.monitoring.models import Product, Secrecy


class PublishForm(forms.Form):
    """Who may have it, and the approval number its map bears."""

    secrecy = forms.ChoiceField(
        label="密级",
        choices=Secrecy.choices,
        initial=Secrecy.INTERNAL,
        help_text="公开：任何人可看；内部：有监测成果权限的人员；受限：另有受限权限的人员",
    )
    approval_number = forms.CharField(
        label="审图号", required=False, max_length=60, help_text="打印地图时印在图上；没有可留空"
    )


class StartForm(forms.Form):
    """Which run file of which region."""

    run_file = forms.ChoiceField(
        label="运行文件", help_text="数据目录 inputs/<行政区代码>/ 内的 RUN.toml，其中写明全部输入"
    )

    baseline = forms.ModelChoiceField(
        Product.objects.none(),
        label="对比的成果",
        required=False,
        empty_label="按运行文件",
        help_text="与哪一期比较；同一行政区",
    )

    def __init__(self, *args: Any, user: object, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, baseline = self.fields["run_file"], self.fields["baseline"]
        assert isinstance(field, forms.ChoiceField) and isinstance(baseline, forms.ModelChoiceField)
        field.choices = run_files(user)
        baseline.queryset = Product.objects.visible_to(user)


def run_files(user: object) -> list[tuple[str, str]]:
    """The run files of the regions in which the person may start jobs: path in the data folder, and words."""
    regions = Region.objects.filter(inside(reader_of(user).stems("jobs.start"), "code"))
    names = dict(regions.values_list("code", "name"))
    data = Path(settings.DATA)
    return [
        (file.relative_to(data).as_posix(), f"{names[folder.name]} · {file.relative_to(folder)}")
        for folder in sorted((data / "inputs").glob("*"))
        if folder.name in names
        for file in sorted(folder.rglob("*.toml"))
    ]
