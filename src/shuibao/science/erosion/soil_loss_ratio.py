"""Soil loss ratio (SLR) of vegetation by its cover: shrub land, grassland, forest and orchard."""

import math
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel

Numbers = TypeVar("Numbers", float, NDArray[np.float64])

_HALVINGS = 6


class Sigmoid(NamedTuple):
    """1 / (offset + factor · exp(rate · FVC)): the ratio of shrub land and of grassland."""

    offset: float
    factor: float
    rate: float


class Understorey(NamedTuple):
    """floor · exp(−rate · GD) − canopy · exp(FVC − FVC · GD) + constant: the ratio of forest and orchard."""

    floor: float
    rate: float
    canopy: float
    constant: float


class Responses(NamedTuple):
    """How soil loss answers to cover, by form of vegetation."""

    shrub: Sigmoid
    grass: Sigmoid
    forest: Understorey


def rate_of_base(base: float) -> float:
    """The rate of a Sigmoid whose source writes base^(100 · FVC)."""
    return 100.0 * math.log(base)


@kernel
def exponential(x: Numbers) -> Numbers:
    """exp(x), relative error below 1e-12 for |x| ≤ 7: the series of x/64, squared six times.

    Without a branch or a call, so that loops around it compile to vector instructions (several times as
    fast), and with the same bits on every machine, which the mathematical libraries do not promise.
    """
    y = x / 2.0**_HALVINGS
    power = 1 / 120 + y * (1 / 720 + y * (1 / 5040 + y * (1 / 40320)))
    power = 1.0 + y * (1.0 + y * (1 / 2 + y * (1 / 6 + y * (1 / 24 + y * power))))
    for _ in range(_HALVINGS):
        power = power * power
    return power


@kernel
def sigmoid_ratio(fvc: Numbers, response: Sigmoid) -> Numbers:
    """Soil loss ratio of shrub land or grassland [-] from its cover, a fraction 0–1.

    《区域水土流失动态监测技术规定（试行）》 2018. Falls from about 0.49 on bare ground to about 0.004.
    """
    return 1.0 / (response.offset + response.factor * exponential(response.rate * fvc))


@kernel
def forest_ratio(fvc: Numbers, ground_cover: Numbers, response: Understorey) -> Numbers:
    """Soil loss ratio of forest or orchard [-] from crown cover and the cover under the trees, fractions 0–1.

    《区域水土流失动态监测技术规定（试行）》 2018. Positive on the whole unit square; ground cover decides it.
    """
    return (
        response.floor * exponential(-response.rate * ground_cover)
        - response.canopy * exponential(fvc - fvc * ground_cover)
        + response.constant
    )
