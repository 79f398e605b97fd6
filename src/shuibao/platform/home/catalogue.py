"""The English catalogue: what is to be translated, what is missing, and the file the pages read.

Chinese is the msgid. `python -m shuibao.platform.home.catalogue` brings the catalogue up to date with the
code and compiles it; the English is then written into the .po by hand, and the command run again.
"""

import ast
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PLATFORM = Path(__file__).resolve().parents[1]
PO = PLATFORM / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
_ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)  # what is compiled changes only when its words do
_HEADER = rb"""# English. Chinese is the msgid.
msgid ""
msgstr ""
"Language: en\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""

_ONE, _MANY = None, (1, 2)  # which arguments are texts
_FUNCTIONS = {"_": _ONE, "gettext": _ONE, "gettext_lazy": _ONE, "ngettext": _MANY, "ngettext_lazy": _MANY}
_TEXT = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(rf"(?<!\w)(?:n?gettext|_)\(\s*{_TEXT}(?:\s*,\s*{_TEXT})?")

Message = str | tuple[str, ...]


def used() -> set[Message]:
    """Every text that the templates and the code of the platform mark for translation."""
    return {message for path in _sources() for message in _marked(path)}


def english() -> Catalog:
    """The catalogue as it is written."""
    with PO.open("rb") as file:
        found = read_po(file, locale="en")
    found.creation_date = found.revision_date = _ALWAYS
    return found


def untranslated() -> list[Message]:
    """The texts in use that have no English, or a half-sure one."""
    known = {
        message.id: all(message.string if isinstance(message.string, tuple) else (message.string,))
        for message in english()
        if message.id and not message.fuzzy
    }
    return sorted((message for message in used() if not known.get(message)), key=str)


def updated() -> Catalog:
    """The catalogue with every text in use and no other, the English kept where there is one."""
    before = english()
    catalogue = Catalog(locale="en")
    for message in sorted(used(), key=str):
        kept = before.get(message if isinstance(message, str) else message[0])
        catalogue.add(message, string=kept.string if kept else None)
    return catalogue


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as a .po file, without line numbers: they would change with every edit of the code."""
    out = BytesIO()
    write_po(out, catalogue, width=0, no_location=True, omit_header=True)
    return _HEADER + out.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def _sources() -> Iterator[Path]:
    for path in sorted(PLATFORM.rglob("*")):
        if path.suffix in (".py", ".html") and "migrations" not in path.parts and path != Path(__file__):
            yield path


def _marked(path: Path) -> Iterator[Message]:
    text = path.read_text(encoding="utf-8")
    return _in_template(text) if path.suffix == ".html" else _in_code(text)


def _in_code(text: str) -> Iterator[Message]:
    for _line, function, message, _comments in extract_python(
        BytesIO(text.encode()), _FUNCTIONS, [], {"encoding": "utf-8"}
    ):
        if isinstance(message, str):
            yield message
        elif _FUNCTIONS[str(function)] == _MANY:
            yield message[0], message[1]


def _in_template(text: str) -> Iterator[Message]:
    """Django turns the marks of a template into calls; what stands between them is no Python."""
    for call in _CALL.finditer(templatize(text)):
        one, many = (part and ast.literal_eval(part) for part in call.groups())
        yield (one, many) if many else one


def main() -> int:
    """Writes the catalogue and what is compiled of it; says on standard error what has no English yet."""
    catalogue = updated()
    PO.write_bytes(po_bytes(catalogue))
    MO.write_bytes(mo_bytes(english()))
    missing = untranslated()
    for message in missing:
        sys.stderr.write(f"{message}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
