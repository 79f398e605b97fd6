"""Land-use codes of the monitoring rules (监测规程二级类), and the way to them from other codes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.errors import DomainError

CODE_LIMIT = 256
"""Codes are stored in a byte; 0 is no land use."""

FIXED, SHRUB, GRASS, FOREST = 1, 2, 3, 4
"""How a class takes its B: one value, or the soil loss ratio of a form of vegetation."""

FORMS_LIMIT = 5

FORMS: Mapping[str, int] = {"fixed": FIXED, "shrub": SHRUB, "grass": GRASS, "forest": FOREST}


class LandUseClass(NamedTuple):
    """A second-level class: its code (11…84), name, first-level name, and what the factors do with it.

    form: FIXED, SHRUB, GRASS or FOREST.
    """

    code: int
    name: str
    group: str
    form: int
    is_cropland: bool
    is_water: bool

    @property
    def is_vegetation(self) -> bool:
        """Whether its B follows from the cover of the 24 half-months."""
        return self.form != FIXED

    @property
    def needs_ground_cover(self) -> bool:
        """Whether its B also needs the cover under the trees."""
        return self.form == FOREST


class Translated(NamedTuple):
    """Codes of the monitoring rules, 0 where the value is unknown; and the unknown values, in order."""

    codes: NDArray[np.uint8]
    unknown: tuple[str, ...]


class UnknownLandUse(DomainError):
    """Land-use values that no class or table knows, with the area each of them takes where it is known."""

    def __init__(self, area_km2_by_value: Mapping[str, float | None]) -> None:
        self.area_km2_by_value = dict(area_km2_by_value)
        listed = "、".join(_with_area(value, area) for value, area in sorted(self.area_km2_by_value.items()))
        super().__init__(
            f"土地利用编码无法对应到监测规程二级类：{listed}。"
            "请改正编码，或在 [land_use] table 对照表（value,code）中补充这些编码。"
        )


class TranslationInvalid(DomainError):
    """A table that leads to codes which are not of the monitoring rules."""

    def __init__(self, wrong: Mapping[str, int]) -> None:
        self.wrong = dict(wrong)
        listed = "、".join(f"{value}→{code}" for value, code in self.wrong.items())
        super().__init__(f"土地利用对照表里的编码不是监测规程二级类：{listed}。请改为 11–84 中的二级类编码。")


def codes_in(land_use: NDArray[np.uint8], known: NDArray[np.bool_]) -> list[int]:
    """The codes that occur, in order, without 0.

    known: by code, shape (256,). Raises UnknownLandUse for a code that occurs and is not known.
    """
    counts = np.bincount(land_use.reshape(-1), minlength=CODE_LIMIT)
    present = [int(code) for code in np.flatnonzero(counts) if code != 0]
    strange = [code for code in present if not known[code]]
    if strange:
        raise UnknownLandUse({str(code): None for code in strange})
    return present


def code_mask(codes: Iterable[int]) -> NDArray[np.bool_]:
    """Whether a code is one of these, by code, shape (256,)."""
    mask = np.zeros(CODE_LIMIT, dtype=np.bool_)
    mask[list(codes)] = True
    return mask


def translate(values: Sequence[str], table: Mapping[str, int]) -> Translated:
    """Codes of the monitoring rules for values of another classification, such as "0101" of GB/T 21010.

    Values are compared as text without blanks around them; nothing is cut or completed.
    """
    cleaned = [value.strip() for value in values]
    codes = np.array([table.get(value, 0) for value in cleaned], dtype=np.uint8)
    return Translated(codes, tuple(sorted({value for value in cleaned if value not in table})))


def check_translation(table: Mapping[str, int], classes: Iterable[LandUseClass]) -> None:
    """Nothing, when the table leads to codes of the classes only. Raises TranslationInvalid otherwise."""
    known = {land_use.code for land_use in classes}
    wrong = {value: code for value, code in table.items() if code not in known}
    if wrong:
        raise TranslationInvalid(wrong)


def _with_area(value: str, area_km2: float | None) -> str:
    shown = value or "（空）"
    return shown if area_km2 is None else f"{shown}（{area_km2:.2f} km²）"
