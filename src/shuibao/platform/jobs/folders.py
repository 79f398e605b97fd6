"""Where jobs read and where they write: inputs and products of a region, inside the data folder."""

import shutil
from pathlib import Path
from uuid import UUID

from django.conf import settings

from shuibao.platform.core.models import Region
from shuibao.platform.jobs.kind import Parameters
from shuibao.science.errors import InputError


def input_file(parameters: Parameters, key: str, region: Region) -> Path:
    """The file a parameter names, relative to the data folder, inside inputs/<code of the region>.

    Raises InputError for a file that is elsewhere, or not there.
    """
    folder = f"inputs/{region.code}"
    path = _inside(settings.DATA, parameters.get(key), key, folder)
    if not path.is_file():
        raise InputError(f"参数 {key}：数据目录里找不到文件 {parameters[key]}。请先把它放进 {folder}/。")
    return path


def product_folder(parameters: Parameters, key: str, region: Region) -> Path:
    """The folder a parameter names, relative to the data folder, inside products/<code of the region>."""
    folder = f"products/{region.code}"
    path = _inside(settings.DATA, parameters.get(key), key, folder)
    if not path.is_dir():
        raise InputError(f"参数 {key}：数据目录里找不到结果目录 {parameters[key]}。")
    return path


def _inside(data: Path, name: object, key: str, folder: str) -> Path:
    """The path, with links followed. A region's job reads that region's files and no others."""
    if not isinstance(name, str) or not name.strip():
        raise InputError(f"参数 {key} 应写数据目录内的路径，如 {folder}/…，读到 {name!r}。")
    path = (data / name).resolve()
    if not path.is_relative_to((data / folder).resolve()):
        raise InputError(f"参数 {key} = {name}：应在数据目录的 {folder}/ 之内。")
    return path


def building_folder(region: Region, group: str, job_id: UUID) -> Path:
    """Where a job builds, before its run id is known: a new folder of its own below the region's products.

    What an attempt before this one left there is removed: nobody was told of it.
    """
    folder = settings.PRODUCTS / region.code / group / f"job-{job_id}"
    shutil.rmtree(folder, ignore_errors=True)
    return Path(folder)


def publish(folder: Path, run_id: str) -> Path:
    """The folder under its run id. Where that is there already, it has the same content and stays."""
    final = folder.parent / run_id
    if final.exists():
        shutil.rmtree(folder)
    else:
        folder.rename(final)
    return final


def links(folder: Path, labels: dict[str, str]) -> list[dict[str, str]]:
    """The files a person may open: label and path below the products folder, those that were made."""
    return [
        {"label": label, "path": (folder / name).relative_to(settings.PRODUCTS).as_posix()}
        for name, label in labels.items()
        if (folder / name).is_file()
    ]


def files_of(folder: Path) -> dict[str, str]:
    """Every file of a product folder as its own label, by name."""
    return {path.name: path.name for path in sorted(folder.iterdir()) if path.is_file()}
