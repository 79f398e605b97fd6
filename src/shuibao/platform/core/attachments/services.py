"""Files added to objects, and ended."""

from pathlib import PurePath
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from shuibao.platform.core.attachments.content import (
    IMAGES,
    SHOWN_IN_PLACE,
    Content,
    NotAccepted,
    recognised,
)
from shuibao.platform.core.attachments.photos import photo_facts
from shuibao.platform.core.attachments.store import keep
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Attachment
from shuibao.platform.core.visibility import reader_of, require
from shuibao.science.errors import InputError

_NAME_LENGTH = 200


def add_attachment(about: Any, upload: UploadedFile, *, by: Any) -> Attachment:
    """The file, added to an object that the caller may see; its content is kept once, however often added.

    Raises NotAllowed, NotAccepted, or Conflict when the object has the same file already.
    """
    require(by, "attachments.add", about)
    name = _clean_name(upload.name or "")
    if upload.file is None:
        raise NotAccepted(name, "没有收到内容")
    content = recognised(name, upload.file)
    facts = _photo_facts(name, content, upload.file) if content.media_type in IMAGES else {}
    kept = keep(name, upload)
    with transaction.atomic():
        _require_new(about, name, kept.sha256)
        attachment: Attachment = Attachment.objects.create(
            about_type=about._meta.label_lower,
            about_key=str(about.pk),
            region_id=getattr(about, "region_id", None),
            name=name,
            media_type=content.media_type,
            bytes=kept.bytes,
            sha256=kept.sha256,
            facts=facts,
            added_by=by,
        )
        record(about, "attachments.added", f"添加附件“{name}”", by=by, sha256=kept.sha256, file=attachment.pk)
    return attachment


@transaction.atomic
def end_attachment(attachment: Attachment, about: Any, *, reason: str, by: Any) -> Attachment:
    """The file, ended with a reason by who added it or may end files; its content stays."""
    if attachment.added_by_id is None or attachment.added_by_id != reader_of(by).user_id:
        require(by, "attachments.end", about)
    if not reason.strip():
        raise InputError(f"请写明附件“{attachment.name}”作废的原因。")
    ended = Attachment.objects.filter(pk=attachment.pk, ended_at=None).update(
        ended_at=timezone.now(), ended_by=by, reason=reason.strip()[:200]
    )
    if not ended:
        raise Conflict(f"附件“{attachment.name}”已经作废。")
    record(about, "attachments.ended", f"附件“{attachment.name}”作废", by=by, reason=reason.strip())
    attachment.refresh_from_db()
    return attachment


def _photo_facts(name: str, content: Content, file: IO[bytes]) -> dict[str, Any]:
    """What a photo says. An orthophoto may be too large to open; what a browser shows may not."""
    facts = photo_facts(file)
    if not facts:
        raise NotAccepted(name, f"扩展名和开头像{content.words}，内容却打不开，可能已损坏")
    if "is_too_large" in facts and content.media_type in SHOWN_IN_PLACE:
        raise NotAccepted(name, "它的像素过多，打开会占满内存")
    return facts


def _require_new(about: Any, name: str, sha256: str) -> None:
    same = Attachment.objects.filter(
        about_type=about._meta.label_lower, about_key=str(about.pk), sha256=sha256, ended_at=None
    ).first()
    if same is not None:
        raise Conflict(f"文件“{name}”与已有的附件“{same.name}”内容相同，不必再传。")


def _clean_name(name: str) -> str:
    """The file's name without folders and control characters, no longer than what is kept."""
    last = PurePath(name.replace("\\", "/")).name
    plain = "".join(sign for sign in last if sign.isprintable()).strip()
    if not plain or plain in (".", ".."):
        raise NotAccepted(name, "文件没有名字")
    path = PurePath(plain)
    return f"{path.stem[: _NAME_LENGTH - len(path.suffix)]}{path.suffix}"
