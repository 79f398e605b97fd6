"""Who holds a role in a region."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.visibility import region_stem


def holders(role: Role, region_code: str = "") -> "QuerySet[User]":
    """The people who hold a role today in a region or in one around it; with no region, everywhere."""
    today = timezone.localdate()
    valid = Q(grants__valid_from__lte=today) & (Q(grants__valid_to=None) | Q(grants__valid_to__gte=today))
    where = Q(grants__region=None) | Q(grants__region_id__in=_around(region_code))
    found: QuerySet[User] = User.objects.filter(valid, where, grants__role=role, is_active=True)
    return found.distinct().order_by("pk")


def _around(region_code: str) -> list[str]:
    """The codes of the regions that a region lies in, itself included: 140822 → 140000, 140800, 140822."""
    candidates = {region_code, region_code[:6], f"{region_code[:4]}00", f"{region_code[:2]}0000"}
    return sorted(c for c in candidates if c and region_code.startswith(region_stem(c)))
