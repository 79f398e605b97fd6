"""In which encoding a text is written: taken when it is certain, asked otherwise."""

from shuibao.data.feature_files.answers import Choice, Question, Unanswered
from shuibao.science.errors import InputError

UTF_8, GB18030 = "utf-8", "gb18030"
_SHOWN = 40


def decoded(content: bytes, said: str, name: str) -> str:
    """The text. Raises Unanswered when its encoding is not certain, InputError when the answer is wrong."""
    encoding = said or certain_encoding(content)
    if not encoding:
        raise Unanswered(question(samples_of(content), "文件没有写明编码，两种读法都说得通。"))
    try:
        return content.decode("utf-8-sig" if encoding == UTF_8 else encoding)
    except (UnicodeDecodeError, LookupError) as problem:
        where = content[: getattr(problem, "start", 0)].count(b"\n") + 1
        raise InputError(
            f"{name} 第 {where} 行不是 {encoding.upper()} 编码。请换一种编码，或另存为 UTF-8。"
        ) from problem


def certain_encoding(content: bytes) -> str:
    """utf-8 or gb18030 when no other reading makes sense, "" otherwise.

    Valid UTF-8 with characters of three bytes is UTF-8: Chinese in GB18030 does not form such sequences.
    What is not UTF-8 is GB18030 only when all of it are characters of GB 2312, the everyday ones.
    """
    if content.isascii() or content.startswith(b"\xef\xbb\xbf"):
        return UTF_8
    as_utf8, as_gb = _reading(content, UTF_8), _reading(content, GB18030)
    if as_utf8 is not None:
        return UTF_8 if as_gb is None or any(char >= "ࠀ" for char in as_utf8) else ""
    return GB18030 if _reading(content, "gb2312") is not None else ""


def question(samples: list[bytes], reason: str) -> Question:
    """The question for the encoding, showing how the samples read in each."""
    choices = []
    for encoding, label in ((GB18030, "GBK / GB18030"), (UTF_8, "UTF-8")):
        read = "、".join(sample.decode(encoding, errors="replace") for sample in samples)[:_SHOWN]
        choices.append(Choice(encoding, f"{label}：{read}"))
    return Question("encoding", "文字是哪种编码？", f"{reason}请选能读通的一种。", tuple(choices))


def samples_of(content: bytes) -> list[bytes]:
    """The first lines that are not plain ASCII."""
    return [line.strip()[:_SHOWN] for line in content.splitlines() if not line.isascii()][:3]


def _reading(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None
