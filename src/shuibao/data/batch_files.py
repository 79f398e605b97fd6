"""Records put aside by batch until a batch is wanted: memory holds one batch at a time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuibao.data.products import CannotWrite


@dataclass(frozen=True)
class BatchFiles:
    """One plain file of records per batch, in a folder."""

    folder: Path
    dtype: np.dtype[Any]

    def append(self, batch: int, records: NDArray[Any]) -> None:
        """Adds records to a batch. Raises CannotWrite when the disk is full."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._path(batch).open("ab") as file:
                file.write(records.tobytes())
        except OSError as problem:
            reason = problem.strerror or problem
            raise CannotWrite(
                f"写中间文件 {self._path(batch)} 时出错（{reason}）。请检查磁盘空间和权限。"
            ) from problem

    def read(self, batch: int) -> NDArray[Any]:
        """The records of a batch, in the order in which they came."""
        path = self._path(batch)
        return np.fromfile(path, self.dtype) if path.exists() else np.empty(0, self.dtype)

    def _path(self, batch: int) -> Path:
        return self.folder / f"{batch}.records"
