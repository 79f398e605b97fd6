"""The registers of the scratch application; supervision officers may do everything in them."""

from bench_site.models import Area, Place
from shuibao.platform.accounts.roles import VERBS, Role
from shuibao.platform.registers.declaration import Column, Filter, Group, Importing, Layer, Register
from shuibao.platform.registers.registry import register

TONES = {"found": "warn", "confirmed": "bad", "mended": "note", "closed": "ok"}
FIELDS = ("code", "name", "serial", "region", "state", "size_ha", "found_on", "note")


def _declared(name: str, model: type) -> Register:
    return Register(
        name=name,
        model=model,
        rail="supervision",
        key="code",
        columns=(
            Column("name", is_link=True),
            Column("region__name", head="行政区"),
            Column("state", tones=TONES),
            Column("size_ha", unit="公顷", digits=2),
            Column("found_on"),
        ),
        search=("code", "name"),
        filters=(
            Filter("region", "region"),
            Filter("state", "choice"),
            Filter("serial", "number"),
            Filter("size_ha", "number", unit="公顷"),
            Filter("found_on", "date"),
        ),
        facts=(Group("基本情况", FIELDS),),
        layer=Layer("site", label="name", theme="监管", tone_field="state", tones=TONES, secrecy="internal"),
        exported=("code", "name", "serial", "region__name", "state", "size_ha", "found_on", "note"),
        importing=Importing(
            key=("code",),
            fields=FIELDS,
            required=("code", "name", "region", "state"),
            lookups={"region": "code"},
            geometry="site",
        ),
    )


AREAS, PLACES = register(_declared("areas", Area)), register(_declared("places", Place))
VERBS[Role.SUPERVISOR] = (*VERBS[Role.SUPERVISOR], "areas.*", "places.*")
