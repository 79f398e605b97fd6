"""Telephone numbers as people may see them."""

from django.core.validators import RegexValidator

is_phone = RegexValidator(
    r"^\+?[0-9][0-9 -]{4,18}$", "电话只能由数字、空格和“-”组成，如 13800000000 或 0359-2000000。"
)


def masked(phone: str) -> str:
    """The number without its middle: 138****0000. A short one shows its last two digits only."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}"
