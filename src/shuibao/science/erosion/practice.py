"""Engineering measures factor E: the value of the measure on a slope, 1 where there is none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.erosion.valid_range import require_range
from shuibao.science.errors import DomainError

NO_MEASURE = 0
"""Index of cells without a measure."""


class Measure(NamedTuple):
    """A kind of engineering measure: its code, name and E."""

    code: str
    name: str
    factor: float


class UnknownMeasure(DomainError):
    """Codes of measures that the table of E does not have, with how many polygons carry each."""

    def __init__(self, count_by_code: Mapping[str, int], known: Iterable[str]) -> None:
        self.count_by_code = dict(count_by_code)
        listed = "、".join(
            f"{code or '（空）'}（{count} 个图斑）" for code, count in sorted(self.count_by_code.items())
        )
        super().__init__(
            f"工程措施编码不在 E 因子赋值表中：{listed}。"
            f"可用的编码：{'、'.join(known)}。请改正措施图层的编码。"
        )


def measure_lookup(measures: Sequence[Measure]) -> NDArray[np.float64]:
    """E by index: 1 for index 0, no measure; then the measures in their order.

    Raises OutOfRange for an E outside 0–1.
    """
    for measure in measures:
        require_range(f"工程措施 {measure.code}（{measure.name}）的 E", measure.factor, 0, 1)
    return np.array([1.0, *(measure.factor for measure in measures)])


def engineering_factor(index: NDArray[np.integer], lookup: NDArray[np.float64]) -> NDArray[np.float32]:
    """Engineering measures factor E [-], shape of the index.

    index: 0 where there is no measure, else the place of the measure in `measure_lookup`, counted from 1.
    Raises OutOfRange for an index the lookup does not have.
    """
    require_range("工程措施序号", index, NO_MEASURE, len(lookup) - 1)
    factor: NDArray[np.float32] = lookup.astype(np.float32)[index]
    return factor
