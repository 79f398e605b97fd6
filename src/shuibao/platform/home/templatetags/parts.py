"""Marks and words of the pages, named as in the mock-ups."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A line icon of the sprite; size: "12", "20" or nothing for 16 px."""
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        f" i-{size}" if size else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
def state(tone: str, word: object, is_box: bool = False) -> SafeString:
    """A state: icon and word in the tone's ink."""
    box = " st--box" if is_box else ""
    return format_html('<span class="st st--{}{}">{}{}</span>', tone, box, icon(tone), word)


@register.simple_tag
def tag(text: object, kind: str = "") -> SafeString:
    """A small label; kind: demo, unv, on, bad or nothing."""
    return format_html('<span class="tag{}">{}</span>', f" tag--{kind}" if kind else "", text)


@register.simple_tag
def source_line(text: object) -> SafeString:
    """Where what stands above comes from."""
    return format_html('<p class="src">{}{}</p>', icon("file", "12"), text)


@register.simple_tag
def key(text: object) -> SafeString:
    """A key to press."""
    return format_html('<span class="key">{}</span>', text)


@register.simple_tag
def minibar(value: float | None, most: float = 100, tone: str = "") -> SafeString:
    """A bar from zero to `most` beside a number; nothing where there is no number."""
    if value is None:
        return SafeString("")
    wide = 100 * min(max(float(value) / float(most), 0), 1) if most else 0
    return format_html(
        '<svg class="minibar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="minibar__bar minibar__bar--{}" width="{}" height="6"/></svg>',
        tone or "plain",
        f"{wide:.1f}",
    )


@register.filter
def number(value: object, digits: int | str = 0) -> str:
    """A number with thousands separators; 缺 where there is none."""
    if value is None or value == "":
        return _("缺")
    if not isinstance(value, int | float | Decimal):
        return str(value)
    return f"{value:,.{int(digits)}f}"


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as 2026-11-22; 缺 where there is none."""
    if value is None:
        return _("缺")
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.isoformat()


@register.filter
def moment(value: datetime | None) -> str:
    """A time as 11-22 16:05, with the year when it is another one; 缺 where there is none."""
    if value is None:
        return _("缺")
    local = timezone.localtime(value)
    same_year = local.year == timezone.localdate().year
    return date_format(local, "m-d H:i" if same_year else "Y-m-d H:i")


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: object) -> str:
    """The page's own address with some of its query changed; None takes a part out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def block_again(context: template.Context, name: str) -> str:
    """The words of a block that the page has elsewhere: the window's title repeats the page's."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return strip_tags(block.render(context)).strip()
