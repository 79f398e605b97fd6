"""A job's result files on their way to the browser: only those of its result, each with a safe type."""

from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from shuibao.platform.jobs.models import Job

PAGE = "text/html"
_SHOWN = {".json": "application/json", ".csv": "text/csv", ".txt": "text/plain"}
_SAVED = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".gpkg": "application/geopackage+sqlite3",
    ".tif": "image/tiff",
}


class ResultFile(NamedTuple):
    """A file of a result: where it is, its type, and whether the browser shows or saves it."""

    path: Path
    media_type: str
    is_saved: bool


def result_file(job: Job, name: str) -> ResultFile | None:
    """The file of a job's result with this path; None when the result has no such file, or it is gone."""
    if name not in {file["path"] for file in job.result.get("files", ())}:
        return None
    path = (settings.PRODUCTS / name).resolve()
    if not path.is_relative_to(settings.PRODUCTS.resolve()) or not path.is_file():
        return None
    if path.suffix == ".html":
        return ResultFile(path, PAGE, False)
    if path.suffix in _SHOWN:
        return ResultFile(path, _SHOWN[path.suffix], False)
    return ResultFile(path, _SAVED.get(path.suffix, "application/octet-stream"), True)
