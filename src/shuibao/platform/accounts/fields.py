"""A model field whose text is sealed in the database and plain in memory."""

from typing import Any

from django.db import models

from shuibao.platform.accounts.sealed import seal, unseal


class SealedField(models.TextField):
    """Text that nobody reads from the database file or a backup. It cannot be searched or sorted."""

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        """The plain text."""
        return value if value is None else unseal(value)

    def get_prep_value(self, value: Any) -> Any:
        """The sealed text."""
        return value if value is None else seal(str(value))

    def get_lookup(self, lookup_name: str) -> Any:
        """Only "is it empty": every sealing of one text differs, so nothing else can be compared."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
