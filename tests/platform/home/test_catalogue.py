"""The English catalogue: whole, compiled, and true to the Chinese."""

import re

from django.utils.translation import gettext, override

from shuibao.platform.home.catalogue import MO, PO, english, mo_bytes, po_bytes, untranslated, updated, used

AGAIN = "run: python -m shuibao.platform.home.catalogue"


def test_templates_and_code_are_both_read() -> None:
    assert {"要办的事", "考核与任务", "没有这个页面"} <= used()


def test_every_text_in_use_has_english() -> None:
    assert untranslated() == []


def test_the_catalogue_holds_the_texts_in_use_and_no_other() -> None:
    assert PO.read_bytes() == po_bytes(updated()), AGAIN


def test_what_pages_read_is_compiled_from_the_catalogue() -> None:
    assert MO.read_bytes() == mo_bytes(english()), AGAIN


def test_english_keeps_the_places_of_values() -> None:
    for message in english():
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        places = re.findall(
            r"%\(\w+\)[sd]|%[sd]|{\w+}", message.id if isinstance(message.id, str) else message.id[0]
        )
        for text in texts:
            assert sorted(re.findall(r"%\(\w+\)[sd]|%[sd]|{\w+}", text)) == sorted(places), message.id


def test_english_has_no_chinese_punctuation() -> None:
    for message in english():
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not re.search("[，。；：？（）、]", " ".join(map(str, texts))), message.id


def test_a_page_in_english_reads_english() -> None:
    with override("en"):
        assert gettext("要办的事") == "To do"
    with override("zh-hans"):
        assert gettext("要办的事") == "要办的事"
