"""Settings from the environment: read with their type, refused loudly when they cannot be used."""

import os
from pathlib import Path
from typing import NamedTuple
from urllib.parse import ParseResult, parse_qsl, unquote, urlparse

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The value of a variable. Raises ImproperlyConfigured when it is neither set nor has a default."""
    value = os.environ.get(name, default)
    if value is None or (default is None and not value.strip()):
        raise ImproperlyConfigured(f"环境变量 {name} 没有设置。运行 shuibao check 可看到每个变量的用途。")
    return value


def flag(name: str, default: str = "no") -> bool:
    """Whether a variable says yes. Raises ImproperlyConfigured for anything but yes and no."""
    value = os.environ.get(name, default)
    if value not in ("yes", "no"):
        raise ImproperlyConfigured(f"环境变量 {name} = {value!r}，只能写 yes 或 no。")
    return value == "yes"


def names(name: str, default: str) -> list[str]:
    """The comma-separated words of a variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str) -> Path:
    """The folder a variable names, made when it is not there yet."""
    path = Path(text(name)).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ImproperlyConfigured(
            f"环境变量 {name} 指的目录 {path} 不能用：{problem.strerror}。"
        ) from problem
    return path


def database(name: str, default_file: Path) -> dict[str, object]:
    """Django's description of the database that an address names: sqlite:///FILE or postgresql://….

    SQLite takes the write lock when a transaction starts, so that no transaction fails half-way.
    """
    address = urlparse(os.environ.get(name) or f"sqlite:///{default_file}")
    if address.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(address.path)[1:] or str(default_file),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if address.scheme in ("postgres", "postgresql"):
        return _postgresql(address)
    raise ImproperlyConfigured(
        f"环境变量 {name} 的开头是 {address.scheme!r}，应为 sqlite:///文件 或 postgresql://用户:口令@主机:端口/库。"
    )


def _postgresql(address: ParseResult) -> dict[str, object]:
    options = dict(parse_qsl(address.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(address.path.lstrip("/")),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": options.pop("host", address.hostname or ""),
        "PORT": str(address.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def whole(name: str, default: int) -> int:
    """A whole number above zero. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, str(default))
    if not value.isdecimal() or int(value) < 1:
        raise ImproperlyConfigured(f"环境变量 {name} = {value!r}，应为大于 0 的整数。")
    return int(value)


class Mail(NamedTuple):
    """A mail server. is_encrypted: TLS from the start; is_upgraded: TLS after STARTTLS."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    is_encrypted: bool = False
    is_upgraded: bool = False


def mail(name: str) -> Mail:
    """The mail server that an address names: smtps://user:password@host:port; no host when it is not set.

    Raises ImproperlyConfigured for an address that is none.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        return Mail()
    address = urlparse(value)
    ports = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
    if address.scheme not in ports or not address.hostname:
        raise ImproperlyConfigured(
            f"环境变量 {name} 不能用，应为 smtps://用户:口令@主机:端口（或 smtp+starttls://、smtp://）。"
        )
    return Mail(
        address.hostname,
        address.port or ports[address.scheme],
        unquote(address.username or ""),
        unquote(address.password or ""),
        address.scheme == "smtps",
        address.scheme == "smtp+starttls",
    )
