"""Places on Yuncheng's map: county seats, the roads between them, weather stations. Positions are facts."""

from typing import NamedTuple


class Station(NamedTuple):
    """A weather station of the China Meteorological Administration: number, name, position, height [m]."""

    number: str
    name: str
    longitude: float
    latitude: float
    height_m: float


# Numbers, names, positions (to 1 minute) and heights as listed by the R package tidymet.
STATIONS = (
    Station("53859", "吉县", 110.6667, 36.1000, 851.3),
    Station("53861", "襄汾", 111.4167, 35.8833, 426.9),
    Station("53953", "乡宁", 110.8500, 35.9667, 964.3),
    Station("53954", "稷山", 110.9500, 35.5833, 389.3),
    Station("53956", "万荣", 110.8333, 35.4000, 588.4),
    Station("53957", "河津", 110.7167, 35.6167, 459.2),
    Station("53958", "临猗", 110.7167, 35.1500, 406.5),
    Station("53959", "运城", 111.0167, 35.0333, 376.0),
    Station("53961", "曲沃", 111.4833, 35.6500, 472.6),
    Station("53962", "翼城", 111.7000, 35.7333, 584.5),
    Station("53963", "侯马", 111.3667, 35.6500, 433.8),
    Station("53964", "新绛", 111.2167, 35.6167, 430.8),
    Station("53965", "绛县", 111.5667, 35.5167, 761.0),
    Station("53967", "闻喜", 111.2000, 35.3333, 468.3),
    Station("53968", "垣曲", 111.8000, 35.1667, 484.1),
    Station("53970", "沁水", 112.2000, 35.7000, 887.3),
    Station("53975", "阳城", 112.4000, 35.4833, 659.5),
    Station("57052", "永济", 110.4500, 34.8833, 354.1),
    Station("57053", "芮城", 110.7167, 34.7000, 505.7),
    Station("57060", "夏县", 111.2333, 35.1667, 402.9),
    Station("57061", "平陆", 111.2000, 34.8333, 410.7),
)


class Seat(NamedTuple):
    """A county seat: position and radius of the built-up area [m]."""

    longitude: float
    latitude: float
    radius_m: float


# The city stands a little north of its true place, clear of the made-up shore of the salt lake.
SEATS = {
    "运城": Seat(111.000, 35.055, 3300),
    "河津": Seat(110.712, 35.600, 2500),
    "永济": Seat(110.448, 34.870, 2200),
    "临猗": Seat(110.774, 35.146, 2000),
    "闻喜": Seat(111.225, 35.357, 2000),
    "新绛": Seat(111.225, 35.618, 1900),
    "稷山": Seat(110.983, 35.606, 1800),
    "万荣": Seat(110.838, 35.417, 1700),
    "夏县": Seat(111.220, 35.141, 1700),
    "绛县": Seat(111.569, 35.493, 1700),
    "芮城": Seat(110.694, 34.694, 1800),
    "平陆": Seat(111.217, 34.842, 1500),
    "垣曲": Seat(111.672, 35.292, 1700),
}

HIGHWAYS = (
    ("运城", "临猗"),
    ("临猗", "万荣"),
    ("万荣", "河津"),
    ("万荣", "稷山"),
    ("河津", "稷山"),
    ("稷山", "新绛"),
    ("新绛", "闻喜"),
    ("闻喜", "运城"),
    ("运城", "夏县"),
    ("夏县", "闻喜"),
    ("闻喜", "绛县"),
    ("绛县", "垣曲"),
    ("运城", "永济"),
    ("临猗", "永济"),
    ("永济", "芮城"),
    ("芮城", "平陆"),
    ("运城", "平陆"),
)
