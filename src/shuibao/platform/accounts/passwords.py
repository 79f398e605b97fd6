"""What a password must be, beyond Django's own validators."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS = (str.isupper, str.islower, str.isdigit, lambda sign: not sign.isalnum())


def kinds_in(password: str) -> int:
    """How many of the four kinds stand in it: capital, small, digit, other [-]."""
    return sum(any(kind(sign) for sign in password) for kind in KINDS)


class KindsValidator:
    """Asks for several kinds of characters."""

    def __init__(self, kinds: int) -> None:
        self.kinds = kinds

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError when there are too few kinds."""
        found = kinds_in(password)
        if found < self.kinds:
            raise ValidationError(
                _("口令只有 %(found)s 种字符，请在大写、小写、数字、其他符号中至少用 %(kinds)s 种。")
                % {"found": found, "kinds": self.kinds},
                code="password_too_few_kinds",
            )

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("大写、小写、数字、其他符号中至少用 %(kinds)s 种。") % {"kinds": self.kinds}
