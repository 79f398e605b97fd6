"""The watershed rules as the sizes that the division takes."""

from typing import NamedTuple

from shuibao.rules.book import RuleBook
from shuibao.rules.terrain import PiecesWrong
from shuibao.science.errors import OutOfRange
from shuibao.science.grid import AREA_UNITS_PER_M2
from shuibao.science.terrain.watersheds import Sizes

_UNITS_PER_KM2 = AREA_UNITS_PER_M2 * 1_000_000
_LARGEST_KM2 = 10_000


class DivisionChoices(NamedTuple):
    """What watersheds are divided by: their sizes, and the upstream area that makes a channel [cm²]."""

    sizes: Sizes
    channel_area: int


def division_choices(
    book: RuleBook, area_km2: float | None = None, channel_km2: float | None = None
) -> DivisionChoices:
    """The choices, with the areas asked for or the usual ones.

    Raises OutOfRange when an area is, PiecesWrong when the shares leave no range around the target.
    """
    target_km2 = book.number("watersheds.area_km2") if area_km2 is None else area_km2
    if not 0.01 <= target_km2 <= _LARGEST_KM2:
        raise OutOfRange("小流域的面积（km²）", target_km2, f"0.01–{_LARGEST_KM2}")
    least, most = book.number("watersheds.least_share"), book.number("watersheds.most_share")
    if not (0 < least <= 0.5 and 1 <= most <= 10 and most >= 3 * least):
        wrong = "least_share 应大于 0、不超过 0.5，most_share 应在 1 至 10 之间，且至少是它的 3 倍"
        raise PiecesWrong("watersheds", wrong)
    channel = book.number("terrain.channel_area_km2") if channel_km2 is None else channel_km2
    if not 0 < channel <= least * target_km2:
        highest = f"0–{least * target_km2:g}，大于 0，不超过最小的小流域"
        raise OutOfRange("形成沟道的汇流面积（km²）", channel, highest)
    shares = (least, 1.0, most)
    sizes = Sizes(*(round(share * target_km2 * _UNITS_PER_KM2) for share in shares))
    return DivisionChoices(sizes, max(1, round(channel * _UNITS_PER_KM2)))
