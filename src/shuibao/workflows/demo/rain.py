"""The demo's daily rain: regional rain days, shared out to stations, more of it in the south-east."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shuibao.workflows.demo.frame import in_belt
from shuibao.workflows.demo.places import STATIONS

FIRST_YEAR, LAST_YEAR = 1991, 2020
WET_DAYS = (2.0, 3.5, 5.0, 6.0, 7.0, 8.0, 10.0, 9.5, 9.0, 8.0, 4.5, 2.0)  # by month
MONTHLY_MM = (4.0, 7.0, 15.0, 30.0, 48.0, 60.0, 103.0, 88.0, 74.0, 42.0, 17.0, 4.0)

# Knobs of erosivity: R grows with the 1.7th power of the gradient and with the spread of the days' amounts.
DAY_SHAPE = {True: 0.85, False: 0.95}  # gamma shape of a day's amount: May to September, the rest of the year
GRADIENT = {
    "east": 0.10,
    "south": 0.18,
    "height": 0.00016,
}  # per 100 km, per 100 km, per m: share of the mean
LOCAL_SPREAD = 0.3  # log-normal sigma between stations on the same day
LOCAL_DRY = 0.12  # chance that a regional rain day leaves a station dry
CENTRE = (111.0, 35.1, 450.0)  # where the monthly amounts hold


def daily_rain(rng: np.random.Generator) -> pd.DataFrame:
    """Wet days only: station, date, mm (one decimal)."""
    days = pd.date_range(f"{FIRST_YEAR}-01-01", f"{LAST_YEAR}-12-31")
    month = days.month.to_numpy() - 1
    chance = (np.array(WET_DAYS) / 30.4)[month]
    shape = np.array([DAY_SHAPE[5 <= number <= 9] for number in range(1, 13)])[month]
    mean_mm = (np.array(MONTHLY_MM) / np.array(WET_DAYS))[month] / (1 - LOCAL_DRY)
    is_wet = rng.random(len(days)) < chance
    regional_mm = np.where(is_wet, rng.gamma(shape, mean_mm / shape), 0)

    share = _station_shares()
    local = rng.lognormal(-(LOCAL_SPREAD**2) / 2, LOCAL_SPREAD, (len(days), len(STATIONS)))
    local *= rng.random(local.shape) >= LOCAL_DRY
    amounts = np.round(regional_mm[:, None] * share * local, 1)
    day, station = np.nonzero(amounts)
    numbers = np.array([place.number for place in STATIONS])
    found = pd.DataFrame(
        {"station": numbers[station], "date": days[day].strftime("%Y-%m-%d"), "mm": amounts[day, station]}
    )
    return found.sort_values(["station", "date"], ignore_index=True)


def stations() -> pd.DataFrame:
    """station, lon, lat."""
    rows = [(place.number, place.longitude, place.latitude) for place in STATIONS]
    return pd.DataFrame(rows, columns=["station", "lon", "lat"])


def _station_shares() -> NDArray[np.float64]:
    """Each station's rain over the centre's."""
    places = in_belt(np.array([(place.longitude, place.latitude) for place in STATIONS]))
    centre = in_belt(np.array([CENTRE[:2]]))[0]
    east, north = ((places - centre) / 100_000).T
    height = np.array([place.height_m for place in STATIONS]) - CENTRE[2]
    shares: NDArray[np.float64] = (
        1 + GRADIENT["east"] * east - GRADIENT["south"] * north + GRADIENT["height"] * height
    )
    return shares
