"""Makes the scratch installation: python -m bench_site.fill AREAS PLACES OFFICERS.

Prints JSON with a session's cookie for every officer.
"""

import json
import sys
import time
from datetime import date, timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from shapely import Point  # noqa: E402

from bench_site.models import Area, Place, Record  # noqa: E402
from bench_site.shapes import Made, polygons, spread  # noqa: E402
from shuibao.platform.accounts.models import Grant, User  # noqa: E402
from shuibao.platform.accounts.roles import Role  # noqa: E402
from shuibao.platform.upkeep.prepare import prepare  # noqa: E402

PROVINCE = "140000"
BATCH = 2000
STATES = list(Record.State)
FIRST_DAY = date(2020, 1, 1)


def main() -> None:
    """Prints one line of JSON."""
    areas, places, officers = (int(text) for text in sys.argv[1:])
    for line in prepare():
        print(line, file=sys.stderr)
    call_command("migrate", run_syncdb=True, verbosity=0)  # the scratch application has no migrations
    begun = time.monotonic()
    made = spread(areas, seed=1)
    _write(Area, made, list(polygons(made, seed=2)))
    made = spread(places, seed=3)
    _write(Place, made, [Point(one.lon, one.lat) for one in made])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    said = {"cookies": [_cookie(f"officer{n}") for n in range(officers)], "fill_s": time.monotonic() - begun}
    print(json.dumps(said))


def _write(model: type[Record], made: list[Made], shapes: list[object]) -> None:
    for first in range(0, len(made), BATCH):
        batch = zip(made[first : first + BATCH], shapes[first : first + BATCH], strict=True)
        rows = [_row(model, place, one, shape) for place, (one, shape) in enumerate(batch, first)]
        with transaction.atomic():
            model.objects.bulk_create(rows)


def _row(model: type[Record], place: int, one: Made, shape: object) -> Record:
    return model(
        code=f"{model.__name__[0]}{place:07d}",
        name=f"{one.name}第{place * 7919 % 1_000_003}号",
        serial=place,
        region_id=one.code,
        state=STATES[place % len(STATES)],
        size_ha=round(0.5 + place * 31 % 4000 / 100, 2) if place % 10 else None,
        found_on=FIRST_DAY + timedelta(days=place * 13 % 2000),
        note="遥感监管发现，待现场核查。" if place % 3 == 0 else "",
        site=shape,
    )


def _cookie(username: str) -> str:
    """The session of a new officer of the province."""
    user = User.objects.create_user(username, name=username, region_id=PROVINCE)
    Grant.objects.create(user=user, role=Role.SUPERVISOR, region_id=PROVINCE, valid_from=FIRST_DAY)
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


if __name__ == "__main__":
    main()
