"""The rules of T: rotation zones, tillage measures, crops."""

from shuibao.rules.book import RuleBook
from shuibao.science.errors import DomainError


class UnknownRotation(DomainError):
    """A word in the rotation section or layer that is neither T nor in the rules."""

    def __init__(self, kind: str, word: str, known: list[str]) -> None:
        super().__init__(
            f"{kind} {word!r} 不在规则表中。可用的有：{'、'.join(known)}；也可以直接写 T 值（0–1）。"
        )
        self.word, self.known = word, known


def zone_factor(book: RuleBook, zone: str) -> float:
    """T of a rotation zone [-]. Raises UnknownRotation, or RuleUnknown while nobody has supplied it."""
    return _number(book, "rotation.zone", "轮作区", zone)


def tillage_measure_factor(book: RuleBook, measure: str) -> float:
    """T of a mapped tillage measure [-]. Raises UnknownRotation."""
    return _number(book, "rotation.tillage", "耕作措施", measure)


def crop_ratio(book: RuleBook, crop: str) -> float:
    """Soil loss ratio of a crop [-]. Raises UnknownRotation, or RuleUnknown while nobody has supplied it."""
    return _number(book, "rotation.crop", "作物", crop)


def scenarios(book: RuleBook) -> tuple[float, ...]:
    """T to try in the sensitivity panel when it is not known; results must be labelled 情景."""
    return book.numbers("rotation.scenarios")


def _number(book: RuleBook, prefix: str, kind: str, word: str) -> float:
    known = sorted(rule_id.removeprefix(f"{prefix}.") for rule_id in book.ids_under(prefix))
    if word not in known:
        raise UnknownRotation(kind, word, known)
    return book.number(f"{prefix}.{word}")
