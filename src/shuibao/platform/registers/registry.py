"""All registers by name."""

from shuibao.platform.registers.declaration import Register

_REGISTERS: dict[str, Register] = {}


def register(declared: Register) -> Register:
    """Adds a register. Raises ValueError for a name that is taken."""
    if declared.name in _REGISTERS:
        raise ValueError(f"two registers are called {declared.name}")
    _REGISTERS[declared.name] = declared
    return declared


def registers() -> tuple[Register, ...]:
    """All of them, in the order they were declared."""
    return tuple(_REGISTERS.values())


def register_named(name: str) -> Register | None:
    """The register with a name, or None."""
    return _REGISTERS.get(name)


def register_of(model: type) -> Register | None:
    """The register that shows a model's rows, or None."""
    return next((declared for declared in _REGISTERS.values() if declared.model is model), None)
