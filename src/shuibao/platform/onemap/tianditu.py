"""天地图 through the server: the key stays here, the browser only ever sees our own address."""

from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

LAYERS = ("img", "vec", "ter")
_WAIT_S = 5


def imagery_tile(layer: str, z: int, x: int, y: int) -> tuple[bytes, str] | None:
    """A tile and its media type; None without a key, for an unknown layer, or when the service is silent."""
    if not settings.TIANDITU_KEY or layer not in LAYERS:
        return None
    asked = {
        "SERVICE": "WMTS",
        "REQUEST": "GetTile",
        "VERSION": "1.0.0",
        "LAYER": layer,
        "STYLE": "default",
        "TILEMATRIXSET": "w",
        "FORMAT": "tiles",
        "TILEMATRIX": z,
        "TILEROW": y,
        "TILECOL": x,
        "tk": settings.TIANDITU_KEY,
    }
    address = f"https://t{(x + y) % 8}.tianditu.gov.cn/{layer}_w/wmts?{urlencode(asked)}"
    try:
        with urlopen(Request(address, headers={"User-Agent": "Mozilla/5.0"}), timeout=_WAIT_S) as answer:
            media_type = answer.headers.get_content_type()
            found = answer.read()
    except (URLError, TimeoutError):
        return None
    return (found, media_type) if media_type.startswith("image/") else None
