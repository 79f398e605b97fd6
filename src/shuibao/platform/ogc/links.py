"""Links from one answer to the next."""

from django.http import HttpRequest
from django.urls import reverse

JSON, GEOJSON = "application/json", "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
Link = dict[str, str]


def link(request: HttpRequest, rel: str, media_type: str, title: str, page: str, *parts: str) -> Link:
    """A link to one of our addresses."""
    href = request.build_absolute_uri(reverse(f"ogc:{page}", args=parts))
    return {"rel": rel, "type": media_type, "title": title, "href": href}


def itself(request: HttpRequest, media_type: str) -> Link:
    """The link of an answer to itself, with all that was asked."""
    href = request.build_absolute_uri()
    return {"rel": "self", "type": media_type, "title": "本文档", "href": href}


def neighbours(request: HttpRequest, limit: int, offset: int, matched: int) -> list[Link]:
    """The pages after and before this one, with the same conditions."""
    found = []
    if offset + limit < matched:
        found.append(_page(request, "next", "下一页", limit, offset + limit))
    if offset > 0:
        found.append(_page(request, "prev", "上一页", limit, max(0, offset - limit)))
    return found


def _page(request: HttpRequest, rel: str, title: str, limit: int, offset: int) -> Link:
    query = request.GET.copy()
    query["limit"], query["offset"] = str(limit), str(offset)
    href = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return {"rel": rel, "type": GEOJSON, "title": title, "href": href}
