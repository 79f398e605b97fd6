"""Rainfall erosivity R from daily rain, and the half-month weights that follow from it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shuibao.science.errors import DomainError


class DailyPower(NamedTuple):
    """R of a day = alpha · P^beta from a threshold on; alpha differs between the warm months and the rest."""

    alpha_warm: float
    alpha_cold: float
    beta: float
    warm_months: tuple[int, ...]
    threshold_mm: float


class ZhangFit(NamedTuple):
    """How the half-month model's alpha and beta follow from a station's rain, and its threshold."""

    beta_constant: float
    beta_day: float
    beta_year: float
    alpha_factor: float
    alpha_exponent: float
    threshold_mm: float


class ZhangParameters(NamedTuple):
    """alpha and beta of one station."""

    alpha: float
    beta: float


class PowerLaw(NamedTuple):
    """factor · x^exponent."""

    factor: float
    exponent: float


class NoErosivity(DomainError):
    """A place without any erosivity has no half-month weights."""

    def __init__(self) -> None:
        super().__init__(
            "全年 24 个半月的降雨侵蚀力都为 0，半月权重无定义。请检查雨量资料，或直接给出半月权重。"
        )


def daily_erosivity(rain_mm: ArrayLike, month: ArrayLike, model: DailyPower) -> NDArray[np.float64]:
    """Erosivity of each day [MJ·mm/(hm²·h)], same shape as the rain; 0 below the threshold, NaN stays NaN.

    Xie et al. 2016, J. Hydrology 535:547-558. month: 1–12, of each day.

    >>> model = DailyPower(0.3937, 0.3101, 1.7265, (5, 6, 7, 8, 9), 10.0)
    >>> daily_erosivity([9.9, 50.0, 50.0], [7, 7, 11], model).round(3)
    array([  0.   , 337.627, 265.934])
    """
    rain = np.asarray(rain_mm, dtype=np.float64)
    alpha = np.where(np.isin(month, model.warm_months), model.alpha_warm, model.alpha_cold)
    return np.asarray(alpha * _erosive(rain, model.threshold_mm) ** model.beta)


def zhang_parameters(
    mean_erosive_day_mm: float, mean_erosive_year_mm: float, fit: ZhangFit
) -> ZhangParameters:
    """alpha and beta of a station [-].

    Zhang Wenbo et al. 2002.
    mean_erosive_day_mm: mean rain of the days at or above the threshold (P_d12);
    mean_erosive_year_mm: mean yearly sum of those days (P_y12).
    """
    beta = fit.beta_constant + fit.beta_day / mean_erosive_day_mm + fit.beta_year / mean_erosive_year_mm
    return ZhangParameters(fit.alpha_factor * beta**fit.alpha_exponent, beta)


def zhang_erosivity(
    rain_mm: ArrayLike, parameters: ZhangParameters, threshold_mm: float
) -> NDArray[np.float64]:
    """Each day's share of the half-month's erosivity [MJ·mm/(hm²·h)]; 0 below the threshold, NaN stays NaN.

    Zhang Wenbo et al. 2002: R of a half-month = alpha · sum of P^beta over its days from the threshold on.
    """
    rain = np.asarray(rain_mm, dtype=np.float64)
    return np.asarray(parameters.alpha * _erosive(rain, threshold_mm) ** parameters.beta)


def annual_erosivity(annual_mm: ArrayLike, law: PowerLaw) -> NDArray[np.float64]:
    """Yearly erosivity [MJ·mm/(hm²·h·a)] from yearly rain by a regression: an order of magnitude, no more.

    Ning Ting et al. 2020 for Shanxi; Zhang Wenbo & Fu Jinsheng 2003 for China.
    """
    return np.asarray(law.factor * np.asarray(annual_mm, dtype=np.float64) ** law.exponent)


def half_month_weights(half_months: ArrayLike) -> NDArray[np.float64]:
    """WR: each half-month's share of the year's erosivity [-], same shape; sums to 1 along the first axis.

    half_months: 24 along the first axis. Renormalises after interpolation, too.
    Raises NoErosivity where all 24 are zero.
    """
    erosivity = np.asarray(half_months, dtype=np.float64)
    total = erosivity.sum(axis=0)
    if np.any(total == 0):
        raise NoErosivity
    return np.asarray(erosivity / total)


def _erosive(rain_mm: NDArray[np.float64], threshold_mm: float) -> NDArray[np.float64]:
    """The rain, 0 where it is below the threshold; NaN stays NaN."""
    return np.where(rain_mm < threshold_mm, 0.0, rain_mm)
