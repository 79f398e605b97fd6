"""What changed since the baseline year: transitions, statuses, and which factor did it."""

import numpy as np
from numpy.typing import NDArray

from shuibao.science.erosion.attribution import SubsetSums, shapley
from shuibao.science.erosion.cell_areas import LOSS_UNITS_PER_T
from shuibao.science.erosion.change import status_areas
from shuibao.workflows.annual_monitoring.baseline import FACTORS, Baseline
from shuibao.workflows.annual_monitoring.measure import Totals
from shuibao.workflows.annual_monitoring.result import AREA_UNITS_PER_KM2, Change, ZoneResult

_RESIDUAL_DIGITS = 9  # below a square metre lies only the rounding of the division

Attribution = dict[str, tuple[float, float]]


def change_since(
    baseline: Baseline, totals: Totals, zones: tuple[ZoneResult, ...], whole: ZoneResult
) -> Change:
    """The change, zone by zone and ("") for all."""
    places: dict[str, slice] = {zone.code: slice(place, place + 1) for place, zone in enumerate(zones)}
    places[""] = slice(None)
    results = {zone.code: zone for zone in (*zones, whole)}
    transitions = {code: totals.transitions[place].sum(axis=0) for code, place in places.items()}
    return Change(
        baseline_title=baseline.title,
        baseline_year=baseline.year,
        transition_km2={code: matrix / AREA_UNITS_PER_KM2 for code, matrix in transitions.items()},
        status_km2={
            code: {str(status): area / AREA_UNITS_PER_KM2 for status, area in status_areas(matrix).items()}
            for code, matrix in transitions.items()
        },
        attribution={
            code: found
            for code, place in places.items()
            if (found := _attribution(baseline, totals.subsets, place, results[code])) is not None
        },
    )


def _attribution(
    baseline: Baseline, subsets: SubsetSums, place: slice, now: ZoneResult
) -> Attribution | None:
    """Shapley shares, residual and observed change; None for a zone the baseline lacks."""
    before = baseline.zone(now.code)
    if before is None or before["mean_loss_t_km2_a"] is None or now.mean_loss_t_km2_a is None:
        return None
    observed = np.array(
        [
            now.erosion_area_km2 - before["erosion_area_km2"],
            now.mean_loss_t_km2_a - before["mean_loss_t_km2_a"],
        ]
    )
    shares = _shares(subsets, place, now.land_area_km2)
    residual = (observed - shares.sum(axis=0)).round(_RESIDUAL_DIGITS) + 0.0  # no -0.0
    found = {
        name.upper(): (float(area), float(loss)) for name, (area, loss) in zip(FACTORS, shares, strict=True)
    }
    return found | {"residual": tuple(residual.tolist()), "observed": tuple(observed.tolist())}


def _shares(subsets: SubsetSums, place: slice, land_km2: float) -> NDArray[np.float64]:
    """Factor × (erosion area [km²], mean loss [t/(km²·a)])."""
    erosion = shapley(subsets.erosion[place].sum(axis=0)) / AREA_UNITS_PER_KM2
    loss = shapley(subsets.loss[place].sum(axis=0)) / LOSS_UNITS_PER_T / land_km2
    return np.column_stack((erosion, loss))
