"""Dividing a network's land into small watersheds of about one size: decided on the links alone."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.terrain.streams import Integers, Links


class Sizes(NamedTuple):
    """Areas a watershed should have at least, about and at most [cm²]."""

    least: int
    target: int
    most: int


class Division(NamedTuple):
    """Watersheds 1…n (0 is none), in the order of their pour points' links; shape (n + 1,) unless said.

    pour: link at whose lower end the pour point lies. down: the watershed it drains into, 0 when the flow
    leaves the world. own_area: its land; area: all that drains through its pour point [cm²].
    of_link: the watershed of each link, shape (links,).
    """

    pour: Integers
    down: Integers
    own_area: Integers
    area: Integers
    of_link: Integers


def divide(links: Links, sizes: Sizes) -> Division:
    """The land of every link, given to one watershed each.

    From the heads down, each link gathers what drains to it. As long as no more than `most` has come together
    and nothing was cut off above, it stays whole. Where more meets, and from there on along the bigger river,
    every branch that brings `least` or more is cut off at its mouth; the river itself where it has gathered
    `target`, or half-way from `least` to it where a branch is cut off too. What is left at an outlet and
    smaller than `least` is joined to the smallest watershed above it.

    A cut depends only on the land that drains to the end of the link below it; nothing further down can move
    it, though an outlet may take one back. Land of less than `least` that no cut lies above keeps its own
    watershed here: only its neighbours on the ground can tell where it belongs.
    """
    start, branches = _branches(links.down)
    is_pour, rest = _cut(links.down, links.own_area, links.area, start, branches, sizes)
    _join_small_mouths(links, sizes.least, is_pour, rest)
    root = _roots(links.down, is_pour)
    pour = np.flatnonzero(is_pour)
    number = np.zeros(links.down.size + 1, np.int64)
    number[pour] = np.arange(1, pour.size + 1)
    below = links.down[pour]
    return Division(
        _with_none(pour, -1),
        _with_none(np.where(below < 0, 0, number[root[below]]), 0),
        _with_none(rest[pour], 0),
        _with_none(links.area[pour], 0),
        number[root],
    )


def _with_none(values: Integers, none: int) -> Integers:
    return np.concatenate((np.array([none], np.int64), values))


def _branches(down: Integers) -> tuple[Integers, Integers]:
    """The links that flow into link i are branches[start[i] : start[i + 1]], ascending."""
    by_down = np.argsort(down, kind="stable")
    start = np.searchsorted(down[by_down], np.arange(down.size + 1))
    return start, by_down


@kernel
def _main_branch(branches: Integers, area: Integers) -> int:
    """The branch with the greatest upstream area, of equals the first; −1 for none."""
    main = -1
    for branch in branches:
        if main < 0 or area[branch] > area[main]:
            main = branch
    return main


@kernel
def _cut_branches(
    branches: Integers,
    main: int,
    from_river: bool,
    total: int,
    rest: Integers,
    is_pour: NDArray[np.bool_],
    sizes: Sizes,
) -> int:
    """Cuts branches off where a bigger river passes or begins; what is left of the total."""
    enough = sizes.target if from_river else sizes.least
    for branch in branches:
        if branch != main and rest[branch] >= sizes.least:
            is_pour[branch] = True
            enough = min(enough, (sizes.least + sizes.target) // 2)
            total -= rest[branch]
    if main >= 0 and rest[main] >= enough:
        is_pour[main] = True
        total -= rest[main]
    while total > sizes.most:
        greatest = -1
        for branch in branches:
            if not is_pour[branch] and (greatest < 0 or rest[branch] > rest[greatest]):
                greatest = branch
        if greatest < 0:
            break
        is_pour[greatest] = True
        total -= rest[greatest]
    return total


@kernel
def _cut(
    down: Integers, own_area: Integers, area: Integers, start: Integers, branches: Integers, sizes: Sizes
) -> tuple[NDArray[np.bool_], Integers]:
    """Whether each link ends in a pour point, and what drains there from below the pour points above."""
    is_pour, rest = down < 0, own_area.copy()
    for link in range(down.size):
        above = branches[start[link] : start[link + 1]]
        from_river = False
        for branch in above:
            rest[link] += rest[branch]
            from_river |= rest[branch] < area[branch]
        if from_river or rest[link] > sizes.most:
            main = _main_branch(above, area)
            rest[link] = _cut_branches(above, main, from_river, rest[link], rest, is_pour, sizes)
    return is_pour, rest


@kernel
def _roots(down: Integers, is_pour: NDArray[np.bool_]) -> Integers:
    """The first link with a pour point on the way down from each link, itself included."""
    root = np.empty(down.size, np.int64)
    for link in range(down.size - 1, -1, -1):
        root[link] = link if is_pour[link] else root[down[link]]
    return root


def _join_small_mouths(links: Links, least: int, is_pour: NDArray[np.bool_], rest: Integers) -> None:
    """Takes back one cut above each outlet whose rest is too small: that of the smallest watershed there."""
    is_small_mouth = (links.down < 0) & (rest < least) & (rest < links.area)
    cut = np.flatnonzero(is_pour & (links.down >= 0))
    into = _roots(links.down, is_pour)[links.down[cut]]
    cut, into = cut[is_small_mouth[into]], into[is_small_mouth[into]]
    by_size = np.lexsort((cut, rest[cut], into))
    mouths, firsts = np.unique(into[by_size], return_index=True)
    taken = cut[by_size][firsts]
    is_pour[taken] = False
    rest[mouths] += rest[taken]
