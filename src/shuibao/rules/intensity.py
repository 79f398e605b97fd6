"""The rules of SL 190-2007 as the values that the formulas take."""

from shuibao.rules.book import RuleBook
from shuibao.science.erosion.intensity import ModulusLimits, ShareLimits, SheetTable, WindLimits
from shuibao.science.errors import DomainError


class UnknownToleranceRegion(DomainError):
    """A region that SL 190 does not have."""

    def __init__(self, region: str, known: dict[str, str]) -> None:
        listed = "、".join(f"{key}（{name}）" for key, name in known.items())
        super().__init__(f"容许土壤流失量没有类型区 {region!r}。请写数值，或以下之一：{listed}。")


def water_limits(book: RuleBook) -> ModulusLimits:
    """Where 中度 to 剧烈 of water erosion begin [t/(km²·a)]."""
    return ModulusLimits(*book.numbers("intensity.water"))


def wind_limits(book: RuleBook) -> WindLimits:
    """Where 轻度 to 剧烈 of wind erosion begin [t/(km²·a)]."""
    return WindLimits(*book.numbers("intensity.wind"))


def bulk_density_t_m3(book: RuleBook) -> float:
    """Bulk density that turns a modulus into a lowering [t/m³]."""
    return book.number("intensity.bulk_density")


def sheet_table(book: RuleBook) -> SheetTable:
    """The quick-look table of sheet erosion by slope and cover."""
    rows = book.value("intensity.sheet.vegetation")
    return SheetTable(
        book.numbers("intensity.sheet.slope_limits"),
        book.numbers("intensity.sheet.cover_limits"),
        tuple(tuple(int(intensity) for intensity in row) for row in rows),
        tuple(int(intensity) for intensity in book.numbers("intensity.sheet.cropland")),
    )


def gully_share_limits(book: RuleBook) -> ShareLimits:
    """Classes by the share of gullies [%]."""
    return ShareLimits(*book.numbers("intensity.gully.area_share"))


def gully_density_limits_km_km2(book: RuleBook) -> tuple[float, ...]:
    """Classes by the density of gullies [km/km²]."""
    return book.numbers("intensity.gully.density")


def gravity_share_limits(book: RuleBook) -> ShareLimits:
    """Classes by the share of collapses [%]."""
    return ShareLimits(*book.numbers("intensity.gravity.area_share"))


def tolerance_regions(book: RuleBook) -> dict[str, str]:
    """The regions of the tolerable soil loss: key (as in `tolerance.<key>`) and Chinese name."""
    regions = (rule for rule in book.current() if rule.id.startswith("tolerance."))
    return {rule.id.removeprefix("tolerance."): rule.name for rule in regions}


def tolerance_t_km2_a(book: RuleBook, region: str) -> float:
    """Tolerable soil loss of a region, given by key or by Chinese name [t/(km²·a)].

    Raises UnknownToleranceRegion for any other text.
    """
    known = tolerance_regions(book)
    for key, name in known.items():
        if region in (key, name):
            return book.number(f"tolerance.{key}")
    raise UnknownToleranceRegion(region, known)
