"""What a photo says about itself (when, where, which way up), and small previews of it."""

import math
import os
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from shuibao.platform.core.attachments.store import path_of

_PIXELS = 80_000_000  # larger ones are kept and not previewed: a drone's photo has 60 million
_PREVIEW_PX = 480
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_FAULTS = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    ZeroDivisionError,
    MemoryError,
)


def photo_facts(file: IO[bytes]) -> dict[str, Any]:
    """Size, orientation, time and place of a photo, as far as it tells; empty for what cannot be read.

    is_too_large: it has so many pixels that it is not opened at all.
    taken_at: the camera's own clock, with its offset where the camera wrote one. lon, lat [deg, WGS 84].
    """
    file.seek(0)
    try:
        with Image.open(file, formats=_FORMATS) as photo:
            width, height = photo.size
            facts: dict[str, Any] = {"width": width, "height": height}
            facts |= _exif_facts(photo.getexif())
    except _BOMBS:
        return {"is_too_large": True}
    except _FAULTS:
        return {}
    return facts


def preview(sha256: str) -> Path | None:
    """The file of a photo's preview, upright and without its EXIF; None when none can be made."""
    place = Path(settings.PREVIEWS) / sha256[:2] / f"{sha256[2:]}.jpg"
    if place.exists():
        return place
    small = _shrunk(path_of(sha256))
    if small is None:
        return None
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as target:
        small.save(target, "JPEG", quality=80)
    Path(temporary).replace(place)
    return place


def _shrunk(path: Path) -> Image.Image | None:
    try:
        with Image.open(path, formats=_FORMATS) as photo:
            if math.prod(photo.size) > _PIXELS:
                return None
            photo.draft("RGB", (2 * _PREVIEW_PX, 2 * _PREVIEW_PX))
            photo.thumbnail((_PREVIEW_PX, _PREVIEW_PX))
            upright = ImageOps.exif_transpose(photo)
            return _on_white(upright)
    except (*_FAULTS, *_BOMBS):
        return None


def _on_white(photo: Image.Image) -> Image.Image:
    if photo.mode in ("RGBA", "LA", "PA") or "transparency" in photo.info:
        layer = photo.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        ground.alpha_composite(layer)
        return ground.convert("RGB")
    return photo.convert("RGB")


def _exif_facts(exif: Image.Exif) -> dict[str, Any]:
    details = exif.get_ifd(ExifTags.IFD.Exif)
    facts = {
        "orientation": exif.get(ExifTags.Base.Orientation),
        "camera": _text(exif.get(ExifTags.Base.Model)),
        "taken_at": _taken_at(details),
        **_place(exif.get_ifd(ExifTags.IFD.GPSInfo)),
    }
    return {name: value for name, value in facts.items() if value not in (None, "")}


def _taken_at(details: dict[int, Any]) -> str | None:
    written = _text(details.get(ExifTags.Base.DateTimeOriginal))
    offset = _text(details.get(ExifTags.Base.OffsetTimeOriginal))
    for text, form in ((f"{written}{offset}", "%Y:%m:%d %H:%M:%S%z"), (written, "%Y:%m:%d %H:%M:%S")):
        with suppress(ValueError):
            return datetime.strptime(text, form).isoformat()  # noqa: DTZ007  a camera without an offset
    return None


def _place(gps: dict[int, Any]) -> dict[str, float]:
    """Longitude, latitude, height and view of a photo; nothing unless the place is one on Earth."""
    tags = ExifTags.GPS
    lat = _degrees(gps.get(tags.GPSLatitude), gps.get(tags.GPSLatitudeRef), "S")
    lon = _degrees(gps.get(tags.GPSLongitude), gps.get(tags.GPSLongitudeRef), "W")
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180 or (lat, lon) == (0, 0):
        return {}
    place = {"lon": round(lon, 7), "lat": round(lat, 7)}
    height, bearing = _number(gps.get(tags.GPSAltitude)), _number(gps.get(tags.GPSImgDirection))
    if height is not None:
        below = gps.get(tags.GPSAltitudeRef) in (1, b"\x01")
        place["height_m"] = round(-height if below else height, 1)
    if bearing is not None and 0 <= bearing <= 360:
        place["bearing_deg"] = round(bearing, 1)
    return place


def _degrees(parts: Any, side: Any, negative: str) -> float | None:
    if not isinstance(parts, tuple | list) or len(parts) != 3:
        return None
    numbers = [_number(part) for part in parts]
    if any(number is None for number in numbers):
        return None
    degrees, minutes, seconds = (number for number in numbers if number is not None)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if _text(side).upper() == negative else value


def _number(value: Any) -> float | None:
    """A finite number; a rational with a zero below is none."""
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "ignore")
    return "".join(sign for sign in str(value or "") if sign.isprintable()).strip()[:60]
