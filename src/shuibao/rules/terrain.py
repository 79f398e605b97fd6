"""The terrain rules as the values that the formulas of L and S take."""

from typing import Literal, get_args

from shuibao.rules.book import RuleBook
from shuibao.science.erosion.length import LengthExponents
from shuibao.science.erosion.slope_factors import SlopeFactorChoices
from shuibao.science.erosion.steepness import Steepness
from shuibao.science.errors import DomainError, OutOfRange
from shuibao.science.terrain.chain import TerrainChoices
from shuibao.science.terrain.slope import SLOPE_METHODS
from shuibao.science.terrain.slope_length import CutOff

SteepnessName = Literal["csle3", "csle4"]
SlopeName = Literal["greatest_descent", "horn"]


class PiecesWrong(DomainError):
    """Rules that hold a formula's pieces, whose numbers do not fit together."""

    def __init__(self, prefix: str, wrong: str) -> None:
        super().__init__(f"规则 {prefix} 的各段不相符：{wrong}。请在 --rules 文件中更正。")


class UnknownMethod(DomainError):
    """A name no method has."""

    def __init__(self, what: str, name: object, known: tuple[str, ...]) -> None:
        super().__init__(f"{what} {name!r} 不认识。可写 {'、'.join(known)}。")


def steepness(book: RuleBook, name: SteepnessName) -> Steepness:
    """The pieces of S. Raises PiecesWrong when there is not one factor and one constant to each."""
    if name not in get_args(SteepnessName):
        raise UnknownMethod("坡度因子的算法", name, get_args(SteepnessName))
    prefix = f"terrain.steepness.{name}"
    pieces = Steepness(*(book.numbers(f"{prefix}.{field}") for field in Steepness._fields))
    if len({len(column) for column in pieces}) != 1:
        raise PiecesWrong(prefix, "limits_deg、factors、constants 应一样多")
    _require_ascending(prefix, pieces.limits_deg)
    return pieces


def length_exponents(book: RuleBook) -> LengthExponents:
    """The exponents of L. Raises PiecesWrong when there is not one more exponent than limits."""
    prefix = "terrain.length"
    limits_deg = book.numbers(f"{prefix}.limits_deg")
    exponents = book.numbers(f"{prefix}.exponents")
    if len(exponents) != len(limits_deg) + 1:
        raise PiecesWrong(prefix, "exponents 应比 limits_deg 多一个")
    _require_ascending(prefix, limits_deg)
    return LengthExponents(limits_deg, exponents, book.number(f"{prefix}.plot_length_m"))


def cutoff(book: RuleBook) -> CutOff:
    """What ends a slope."""
    return CutOff(*(book.number(f"terrain.cutoff.{field}") for field in CutOff._fields))


def terrain_choices(
    book: RuleBook, slope: SlopeName = "greatest_descent", channel_area_km2: float | None = None
) -> TerrainChoices:
    """How to read terrain, with the channel area asked for or the usual one."""
    if slope not in get_args(SlopeName):
        raise UnknownMethod("坡度的算法", slope, get_args(SlopeName))
    area_km2 = book.number("terrain.channel_area_km2") if channel_area_km2 is None else channel_area_km2
    if not 0 < area_km2 <= 1e6:
        raise OutOfRange("形成沟道的汇流面积（km²）", area_km2, "0–1000000，大于 0")
    return TerrainChoices(SLOPE_METHODS[slope], cutoff(book), area_km2 * 1e6)


def slope_factor_choices(
    book: RuleBook,
    name: SteepnessName = "csle3",
    length_max_m: float | None = None,
    slope_cap_deg: float | None = None,
) -> SlopeFactorChoices:
    """The coefficients of L and S, with the limits asked for or the usual ones."""
    longest_m = book.number("terrain.length.max_m") if length_max_m is None else length_max_m
    cap_deg = book.number("terrain.steepness.slope_cap_deg") if slope_cap_deg is None else slope_cap_deg
    if not 0 < longest_m <= 100_000:
        raise OutOfRange("坡长上限（m）", longest_m, "0–100000，大于 0")
    if not 0 < cap_deg <= 90:
        raise OutOfRange("坡度上限（°）", cap_deg, "0–90，大于 0")
    return SlopeFactorChoices(length_exponents(book), steepness(book, name), longest_m, cap_deg)


def _require_ascending(prefix: str, limits_deg: tuple[float, ...]) -> None:
    if list(limits_deg) != sorted(set(limits_deg)):
        raise PiecesWrong(prefix, f"limits_deg 应由小到大，读到 {limits_deg}")
