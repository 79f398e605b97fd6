"""Static files under names that carry their hash, so that browsers may keep them for good."""

from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Hashed names once the files are collected; plain ones before, as in tests."""

    def url(self, name: str, force: bool = False) -> Any:
        """The address of a file."""
        if not self.hashed_files:
            return StaticFilesStorage.url(self, name)
        return super().url(name, force)
