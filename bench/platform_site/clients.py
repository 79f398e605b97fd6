"""A few clients that ask one page after the other, and what came of it."""

import http.client
import random
import threading
import time
from dataclasses import dataclass, field

from pages import SHARE_OF_EXPORTS, Kind

TIMEOUT_S = 120


class WrongAnswer(Exception):
    """The server answered with something else than the page."""


@dataclass
class Visits:
    """Times of the answers to one kind of page [ms]; CPU and waiting for a core of the server [s]."""

    name: str
    times_ms: list[float] = field(default_factory=list)
    wall_s: float = 0.0
    cpu_s: float = 0.0
    waited_s: float = 0.0

    @property
    def a_second(self) -> float:
        """Requests a second of all clients together."""
        return len(self.times_ms) / self.wall_s

    @property
    def cpu_ms(self) -> float:
        """CPU of the server for one request [ms]."""
        return self.cpu_s * 1000 / len(self.times_ms)

    @property
    def waited_ms(self) -> float:
        """Time for which the server had no core, for one request [ms]."""
        return self.waited_s * 1000 / len(self.times_ms)

    def at(self, share: float) -> float:
        """The time that so large a share of the answers stayed within [ms]."""
        ordered = sorted(self.times_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def visit(kind: Kind, address: tuple[str, int], cookies: list[str], requests: int, seed: int) -> Visits:
    """The answers to so many requests, a client with a connection of its own for every cookie.

    Raises WrongAnswer for an answer that is no page.
    """
    each = max(
        1, (max(len(cookies), requests // SHARE_OF_EXPORTS) if kind.is_export else requests) // len(cookies)
    )
    visits, failed = Visits(kind.name), []

    def client(place: int, cookie: str) -> None:
        chance = random.Random(seed * 1000 + place)
        try:
            _ask(kind, address, cookie, each, chance, visits.times_ms)
        except (OSError, http.client.HTTPException, WrongAnswer) as problem:
            failed.append(problem)

    begun = time.monotonic()
    threads = [threading.Thread(target=client, args=place) for place in enumerate(cookies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    visits.wall_s = time.monotonic() - begun
    if failed:
        raise WrongAnswer(f"{kind.name}: {failed[0]}")
    return visits


def _ask(
    kind: Kind, address: tuple[str, int], cookie: str, times: int, chance: random.Random, into: list[float]
) -> None:
    connection = http.client.HTTPConnection(*address, timeout=TIMEOUT_S)
    try:
        for _ in range(times):
            path = kind.address(chance)
            begun = time.monotonic()
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            body = answer.read()
            into.append((time.monotonic() - begun) * 1000)
            if answer.status != http.client.OK or not body:
                raise WrongAnswer(f"{path}: {answer.status} {body[:300]!r}")
    finally:
        connection.close()
