"""Imports as people look at them."""

from uuid import UUID

from shuibao.platform.core.visibility import Visible, reader_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.importing.models import Import
from shuibao.platform.registers.registry import register_named


def register_of_import(imported: Import) -> Register:
    """The register an import goes into. Raises DoesNotExist for one that this version no longer has."""
    register = register_named(imported.register)
    if register is None or register.importing is None:
        raise Import.DoesNotExist(imported.register)
    return register


def imports_of(user: object, register: Register) -> Visible:
    """The imports into a register that a person may see, newest first."""
    return Import.objects.visible_to(user).filter(register=register.name).select_related("by")


def import_of(user: object, register: Register, import_id: UUID) -> Import:
    """One of them. Raises DoesNotExist."""
    found: Import = imports_of(user, register).get(pk=import_id)
    return found


def done_before(user: object, imported: Import) -> Import | None:
    """The last import of the very same file into the same register, or None."""
    register = register_of_import(imported)
    same = imports_of(user, register).filter(sha256=imported.sha256, state=Import.State.DONE)
    return same.exclude(pk=imported.pk).order_by("-done_at").first()


def may_import(user: object, register: Register | None) -> bool:
    """Whether a person may import into a register anywhere."""
    if register is None or register.importing is None:
        return False
    return reader_of(user).may(register.verb("import"))
