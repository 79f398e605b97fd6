"""A register of dams for the tests of imports: every kind of field, a shape, a rule, rows per region."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import VERBS, Role
from shuibao.platform.core.geometry.field import GeometryField
from shuibao.platform.core.visibility import Reader, Visible, inside
from shuibao.platform.registers import registry
from shuibao.platform.registers.declaration import Column, Group, Importing, Register
from shuibao.platform.registers.importing import services
from shuibao.platform.registers.importing.models import Import

NAME = "test-dams"


class TestDam(models.Model):
    """A check dam as tests need it."""

    __test__ = False

    class Kind(models.TextChoices):
        KEY = "key", "大型坝"
        SMALL = "small", "小型坝"

    code = models.CharField("编码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=20)
    kind = models.CharField("类型", max_length=10, choices=Kind)
    region = models.ForeignKey("core.Region", models.PROTECT, verbose_name="行政区")
    height_m = models.FloatField("坝高", null=True, blank=True)
    storage = models.DecimalField("库容", max_digits=12, decimal_places=2, null=True, blank=True)
    built_on = models.DateField("建成日期", null=True, blank=True)
    is_watched = models.BooleanField("有人值守", default=False)
    note = models.TextField("备注", blank=True)
    site = GeometryField("范围", kinds=("Polygon", "MultiPolygon"))

    history = HistoricalRecords(excluded_fields=["site"])
    objects = Visible.as_manager()

    class Meta:
        app_label = "importing"
        verbose_name = verbose_name_plural = "试验坝"
        ordering = ("code",)
        constraints = (models.CheckConstraint(condition=Q(height_m__lt=200), name="dam_not_too_high"),)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        return inside(reader.stems(f"{NAME}.view"))


DAMS = Register(
    name=NAME,
    model=TestDam,
    rail="dams",
    key="code",
    columns=(Column("code"), Column("name", is_link=True)),
    search=("code", "name"),
    facts=(Group("坝", ("code", "name")),),
    exported=("code", "name"),
    importing=Importing(
        key=("code",),
        fields=(
            "code",
            "name",
            "kind",
            "region",
            "height_m",
            "storage",
            "built_on",
            "is_watched",
            "note",
        ),
        required=("code", "name", "region"),
        lookups={"region": "code"},
        geometry="site",
    ),
)


@pytest.fixture(autouse=True)
def register_of_dams(monkeypatch: pytest.MonkeyPatch) -> None:
    """The register, declared for these tests alone: others walk every register there is."""
    monkeypatch.setitem(registry._REGISTERS, NAME, DAMS)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of the tests with the dams' tables."""
    made = (TestDam, TestDam.history.model)
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in made:
                editor.create_model(model)
        yield
        with connection.schema_editor() as editor:
            for model in made:
                editor.delete_model(model)


@pytest.fixture
def dam_model() -> type[TestDam]:
    return TestDam


@pytest.fixture
def dams() -> Register:
    """The register of dams."""
    return DAMS


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Any) -> Path:
    """Uploaded files go to a folder of the test."""
    settings.FILES = tmp_path / "files"
    return settings.FILES


@pytest.fixture
def officer(make_user: Callable[..., User], monkeypatch: pytest.MonkeyPatch) -> User:
    """An officer of Yanhu county who may see and import its dams."""
    monkeypatch.setitem(VERBS, Role.SUPERVISOR, (*VERBS[Role.SUPERVISOR], f"{NAME}.*", "regions.import"))
    return make_user("officer", Role.SUPERVISOR, "140802")


@pytest.fixture
def upload(officer: User) -> Callable[..., Import]:
    """Uploads files as the officer does."""

    def send(register: Register, *paths: Path) -> Import:
        files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]
        return services.upload(register, files, by=officer)

    return send


@pytest.fixture
def checked(officer: User) -> Callable[..., Import]:
    """Maps the columns as guessed, with choices, and checks."""

    def go(imported: Import, mapping: dict[str, str] | None = None, **choices: str) -> Import:
        services.map_columns(imported.pk, mapping or imported.mapping, choices, by=officer)
        return services.check(imported.pk)

    return go
