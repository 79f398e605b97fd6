"""`kernel`: numba's compiler as this project uses it, with a cache on disk that knows the kernels' source.

numba's own cache does not notice a change in a kernel that another file calls, and an installed package may
be read-only. The cache therefore lives in the user's cache folder, under the hash of all sources here.
"""

import hashlib
import importlib.resources
import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import platformdirs

Function = TypeVar("Function", bound=Callable[..., Any])


def _source_hash() -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    folders = [importlib.resources.files(__package__)]
    while folders:
        for entry in sorted(folders.pop().iterdir(), key=lambda found: found.name):
            if entry.is_dir() and entry.name != "__pycache__":
                folders.append(entry)
            elif entry.name.endswith(".py"):
                digest.update(entry.read_bytes())
    return digest.hexdigest()[:16]


if "NUMBA_CACHE_DIR" not in os.environ:
    numba.config.CACHE_DIR = f"{platformdirs.user_cache_dir('shuibao')}/kernels/{_source_hash()}"  # type: ignore[attr-defined]


def kernel(function: Function) -> Function:
    """The function compiled to machine code on first call: no GIL, no fast-math, numpy's division."""
    compiled: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast(Function, compiled)
