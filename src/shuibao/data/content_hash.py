"""What identifies a file's content: its bytes, or what GDAL reads from it where bytes cannot be had."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import rasterio
from rasterio.errors import RasterioError
from rasterio.windows import Window

from shuibao.data.files import File, VirtualFile
from shuibao.science.errors import InputError

_ROWS = 512


def content_hash(file: File) -> str:
    """SHA-256 of a file's bytes, as hexadecimal digits.

    Of a virtual file that of its decoded content, led by the name of the scheme: "pixels-sha256:" (size,
    place, type and nodata as JSON, then the cells of each band row by row), "features-sha256:" (type, CRS and
    fields as JSON, then the WKB and attributes of each feature). It stays when the file is packed otherwise.
    Raises InputError when a virtual file cannot be read.
    """
    if isinstance(file, Path):
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    try:
        return f"pixels-sha256:{_pixels(file)}"
    except RasterioError:
        return f"features-sha256:{_features(file)}"


def _pixels(file: VirtualFile) -> str:
    with rasterio.open(file) as dataset:
        facts = [
            dataset.height, dataset.width, tuple(dataset.transform), dataset.crs and dataset.crs.to_wkt(),
            dataset.dtypes, [None if value is None else repr(value) for value in dataset.nodatavals],
        ]  # fmt: skip
        digest = _begun(facts)
        for band in range(1, dataset.count + 1):
            for row in range(0, dataset.height, _ROWS):
                window = Window(0, row, dataset.width, min(_ROWS, dataset.height - row))
                digest.update(np.asarray(dataset.read(band, window=window)).tobytes())
    return digest.hexdigest()


def _features(file: VirtualFile) -> str:
    try:
        meta, _, shapes, columns = pyogrio.raw.read(str(file))
    except pyogrio.errors.DataSourceError as problem:
        reason = str(problem).splitlines()[0][:160]
        raise InputError(f"打不开 {file}：{reason}。请检查地址、权限和网络。") from problem
    digest = _begun([meta["geometry_type"], meta["crs"], list(meta["fields"])])
    for shape, *values in zip(shapes, *columns, strict=True):
        digest.update(shape or b"")
        digest.update(json.dumps([str(value) for value in values], ensure_ascii=False).encode())
    return digest.hexdigest()


def _begun(facts: list[Any]) -> "hashlib._Hash":
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode())
