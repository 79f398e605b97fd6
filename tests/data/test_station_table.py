"""Tables of rain stations."""

from pathlib import Path

import pytest

from shuibao.data.station_table import Position, read_stations
from shuibao.science.errors import InputError

SHANXI = Path(__file__).parents[1] / "reference" / "shanxi_stations.csv"


def _problem(folder: Path, text: str) -> str:
    path = folder / "stations.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_stations(path)
    assert "stations.csv" in str(caught.value)
    return str(caught.value)


def test_the_stations_of_shanxi_are_in_shanxi() -> None:
    places = read_stations(SHANXI)
    assert len(places) == 111
    assert all(110 < place.lon < 115 and 34 < place.lat < 41 for place in places.values())
    assert places["53959"] == pytest.approx((111.0167, 35.0333))


def test_columns_may_be_chinese(tmp_path: Path) -> None:
    path = tmp_path / "stations.csv"
    path.write_text("站号,经度,纬度\n53959,111.0167,35.0333\n", encoding="utf-8")
    assert read_stations(path) == {"53959": Position(111.0167, 35.0333)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("station,lon\na,111\n", ["没有 lat 列"]),
        ("station,lon,lat\na,111,35\nb,35.2,111.3\n", ["第 3 行", "lat = '111.3'", "写反"]),
        ("station,lon,lat\na,11101,3502\n", ["lon = '11101'", "十进制度"]),
        ("station,lon,lat\na,111,95\n", ["lat = '95'", "90"]),
        ("station,lon,lat\na,x,35\n", ["lon = 'x'", "不是数值"]),
        ("station,lon,lat\na,,35\n", ["lon = ''"]),
        ("station,lon,lat\na,0,0\n", ["都是 0"]),
        ("station,lon,lat\n,111,35\n", ["站号为空"]),
        ("station,lon,lat\na,111,35\na,112,35\n", ["站 a 有两行", "第 2 行", "第 3 行"]),
        ("station,lon,lat\na,111,35\nb,111,35\n", ["站 b 与站 a 的坐标相同"]),
        ("", ["空文件"]),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    message = _problem(tmp_path, text)
    assert all(word in message for word in words), message
