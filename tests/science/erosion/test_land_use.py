"""Land-use codes: the classes of the monitoring rules and the way to them from GB/T 21010."""

import numpy as np
import pytest

from shuibao.rules import RuleBook
from shuibao.rules.land_use import gbt21010_table, land_use_classes
from shuibao.science.erosion.land_use import (
    FIXED,
    FOREST,
    GRASS,
    SHRUB,
    TranslationInvalid,
    UnknownLandUse,
    check_translation,
    code_mask,
    codes_in,
    translate,
)

BOOK = RuleBook.load()
CLASSES = land_use_classes(BOOK)
KNOWN = code_mask(entry.code for entry in CLASSES)


def test_every_class_has_the_form_its_b_needs() -> None:
    forms = {entry.code: entry.form for entry in CLASSES}
    assert {code for code, form in forms.items() if form == SHRUB} == {22, 32}
    assert {code for code, form in forms.items() if form == FOREST} == {21, 23, 31, 33}
    assert {code for code, form in forms.items() if form == GRASS} == {41, 42, 43}
    assert {entry.code for entry in CLASSES if entry.is_cropland} == {11, 12, 13}
    assert {entry.code for entry in CLASSES if entry.is_water} == {71, 72, 73}
    assert all(entry.is_vegetation == (entry.form != FIXED) for entry in CLASSES)
    assert {entry.code for entry in CLASSES if entry.needs_ground_cover} == {21, 23, 31, 33}


def test_codes_are_in_order_and_start_with_their_first_level() -> None:
    codes = [entry.code for entry in CLASSES]
    assert codes == sorted(set(codes))
    assert len({entry.group for entry in CLASSES}) == 8
    assert all(
        (entry.code // 10 == other.code // 10) == (entry.group == other.group)
        for entry in CLASSES
        for other in CLASSES
    )


def test_gbt21010_codes_lead_to_the_monitoring_codes() -> None:
    values = ["0101", "0103", " 0305 ", "0404", "0602", "1006", "1207"]
    made = translate(values, gbt21010_table(BOOK, ["0101"]))
    assert made.codes.dtype == np.uint8
    assert made.codes.tolist() == [11, 13, 32, 43, 53, 61, 84]
    assert made.unknown == ()


def test_the_weaker_table_is_read_only_where_it_is_needed() -> None:
    book = RuleBook.load()
    assert "0701" not in gbt21010_table(book, ["0101", "0305"])
    assert not [key for key in book.used if key.startswith("land_use.gbt21010_others")]
    assert gbt21010_table(book, ["0101", "0701"])["0701"] == 51
    assert [key for key in book.used if key.startswith("land_use.gbt21010_others")]


def test_every_gbt21010_code_leads_to_a_class() -> None:
    check_translation(gbt21010_table(BOOK, ["?"]), CLASSES)


def test_unknown_values_are_given_back_and_nothing_is_guessed_from_a_prefix() -> None:
    made = translate(["01", "0103", "1203", "", "0103"], gbt21010_table(BOOK, ["1203"]))
    assert made.codes.tolist() == [0, 13, 0, 0, 13]
    assert made.unknown == ("", "01", "1203")


def test_the_message_lists_unknown_values_with_their_areas() -> None:
    problem = UnknownLandUse({"1203": 12.3456, "": 0.5, "0306": None})
    assert "（空）（0.50 km²）、0306、1203（12.35 km²）" in str(problem)
    assert "\n" not in str(problem)


def test_a_table_that_leads_elsewhere_is_refused() -> None:
    with pytest.raises(TranslationInvalid, match="forest→30、lake→7。"):
        check_translation({"forest": 30, "crop": 13, "lake": 7}, CLASSES)


def test_codes_of_a_raster_are_found_and_strange_ones_refused() -> None:
    assert codes_in(np.array([[13, 0], [41, 13]], dtype=np.uint8), KNOWN) == [13, 41]
    assert codes_in(np.zeros((2, 2), dtype=np.uint8), KNOWN) == []
    with pytest.raises(UnknownLandUse, match="14、255"):
        codes_in(np.array([13, 255, 14], dtype=np.uint8), KNOWN)
