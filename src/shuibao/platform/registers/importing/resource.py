"""A register's import as a Resource of django-import-export: made from the declaration, once."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from import_export.resources import ModelResource, modelresource_factory
from import_export.results import RowResult

from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.importing.fields import CellField, CellWidget, LookupWidget
from shuibao.platform.registers.importing.loading import KeyLoader
from shuibao.platform.registers.importing.mapping import importing_of
from shuibao.platform.registers.importing.plan import same

SHAPE = "__shape__"
_MADE: "dict[str, type[RegisterResource]]" = {}


class _Result(RowResult):
    def add_instance_info(self, instance: Any) -> None:
        """Nothing: an object's words may cost a query for each row."""


class RegisterResource(ModelResource):
    """Converts and checks rows; what is new and what changes is collected, nothing is written.

    A row is a dict of field name → cell, and of the shape. `import_row` is called with required, blanks,
    row_number.
    """

    register: Register

    def __init__(self, user: object) -> None:
        super().__init__()
        self.user = user
        self.stems = reader_of(user).stems(self.register.verb("import"))
        self.before: dict[str, Any] = {}
        self.region_before = ""
        self.first_row_of: dict[tuple[Any, ...], int] = {}
        self.is_same = False

    def get_row_result_class(self) -> type[RowResult]:
        """A result that does not ask for an object's words."""
        return _Result

    def get_queryset(self) -> models.QuerySet:
        """The rows that the person may see."""
        return self.register.rows(self.user)

    def attributes(self) -> tuple[str, ...]:
        """The attributes of an object that a file may change."""
        shape = importing_of(self.register).geometry
        return (*(field.attribute for field in self.get_import_fields()), *((shape,) if shape else ()))

    def get_or_init_instance(self, instance_loader: KeyLoader, row: Mapping[str, Any]) -> tuple[Any, bool]:
        """The object with the row's key, or a new one."""
        found = instance_loader.get_instance(row)
        self.before = {} if found is None else {name: getattr(found, name) for name in self.attributes()}
        self.region_before = "" if found is None else getattr(found, "region_id", "") or ""
        return (self.init_instance(row), True) if found is None else (found, False)

    def import_instance(self, instance: Any, row: Any, **facts: Any) -> None:
        """Sets the values and the shape. Raises ValidationError with what is wrong in each field."""
        problems: dict[str, Any] = {}
        for field in self.get_import_fields():
            try:
                if field.column_name in row:
                    field.save(instance, row, **facts)
            except ValueError as problem:
                problems[field.column_name] = ValidationError(str(problem))
        shape = importing_of(self.register).geometry
        if shape and row.get(SHAPE) is not None:
            try:
                setattr(instance, shape, row[SHAPE])
                self._meta.model._meta.get_field(shape).pre_save(instance, add=False)
            except ValidationError as problem:
                problems[shape] = problem
        if problems:
            raise ValidationError(problems)

    def skip_row(
        self, instance: Any, _original: Any, _row: Any, import_validation_errors: Any = None
    ) -> bool:
        """Whether the row says what is there already."""
        is_known = bool(self.before) and not import_validation_errors
        self.is_same = is_known and all(
            same(value, getattr(instance, name)) for name, value in self.before.items()
        )
        return self.is_same

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Raises ValidationError for wrong values, and for a region in which the person may not import."""
        problems = dict(import_validation_errors or {})
        if not problems:
            for region in filter(None, {self.region_before, getattr(instance, "region_id", "") or ""}):
                if not any(region.startswith(stem) for stem in self.stems):
                    problems[self._region_field()] = ValidationError(
                        f"你没有在 {region} 导入的权限。请只保留本地区的行。"
                    )
        if not problems:
            try:
                instance.clean()
            except ValidationError as problem:
                problems = problem.update_error_dict(problems)
        if problems:
            raise ValidationError(problems)

    def _region_field(self) -> str:
        names = {field.column_name for field in self.get_import_fields()}
        key = importing_of(self.register).key[0]
        return "region" if "region" in names else key or NON_FIELD_ERRORS


def resource_of(register: Register) -> type[RegisterResource]:
    """The Resource of a register: made once."""
    if register.name not in _MADE:
        _MADE[register.name] = _made(register)
    return _MADE[register.name]


def _made(register: Register) -> type[RegisterResource]:
    declared = importing_of(register)
    fields = {name: _field(register, name) for name in declared.fields}
    options = {
        "fields": tuple(fields),
        "import_id_fields": declared.key,
        "instance_loader_class": KeyLoader,
        "use_bulk": True,
        "skip_diff": True,
        "skip_unchanged": True,
        "store_instance": True,
    }
    made = modelresource_factory(
        register.model, resource_class=RegisterResource, meta_options=options, custom_fields=fields
    )
    made.register = register
    return made


def _field(register: Register, name: str) -> CellField:
    field = register.model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        path = (importing_of(register).lookups or {}).get(name, "pk")
        return CellField(attribute=field.attname, column_name=name, widget=LookupWidget(field, path))
    if not isinstance(field, models.Field):
        raise TypeError(f"{name} of {register.name} is no field that a file can fill")
    return CellField(attribute=name, column_name=name, widget=CellWidget(field))
