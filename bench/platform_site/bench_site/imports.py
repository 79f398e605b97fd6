"""Imports of areas, one after the other: python -m bench_site.imports FOLDER ROWS ROUND [STOP].

Prints JSON with their times. Without STOP there is one; with it, they go on until that file is there.
"""

import json
import resource
import sys
import time
from itertools import pairwise
from pathlib import Path

import django

django.setup()

import geopandas  # noqa: E402
from django.core.files import File  # noqa: E402
from django.core.files.uploadedfile import UploadedFile  # noqa: E402

from bench_site.models import Area  # noqa: E402
from bench_site.register import AREAS  # noqa: E402
from bench_site.shapes import polygons, spread  # noqa: E402
from shuibao.platform.accounts.models import User  # noqa: E402
from shuibao.platform.registers.importing import services  # noqa: E402


def main() -> None:
    """Prints one line of JSON."""
    folder, rows, first = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    stop = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    done = [_imported(_file(folder, rows, first), rows)]
    while stop is not None and not stop.exists():
        done.append(_imported(_file(folder, rows, first + len(done)), rows))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"imports": done, "peak_mib": used.ru_maxrss / 1024}))


def _file(folder: Path, rows: int, turn: int) -> Path:
    """A GeoPackage: one half new areas, the other half areas that are there, each changed and moved."""
    made = spread(rows, seed=100 + turn)
    old = rows // 2
    codes = [f"A{place:07d}" for place in range(old)] + [
        f"N{turn:03d}{place:05d}" for place in range(old, rows)
    ]
    table = {
        "编号": codes,
        "名称": [f"{one.name}复核{turn}-{place}" for place, one in enumerate(made)],
        "序号": list(range(rows)),
        "行政区": [one.code for one in made],
        "状态": ["待核查"] * rows,
        "面积": [round(place % 500 / 10 + turn, 1) for place in range(rows)],
        "发现日期": ["2026-11-22"] * rows,
    }
    path = folder / f"import-{turn}.gpkg"
    geopandas.GeoDataFrame(table, geometry=polygons(made, seed=turn), crs="EPSG:4490").to_file(path)
    return path


def _imported(path: Path, rows: int) -> dict[str, float]:
    """Seconds that one import took, by its steps, and its CPU seconds."""
    officer = User.objects.get(username="officer0")
    before = Area.objects.count()
    marks, cpu = [time.monotonic()], time.process_time()
    with path.open("rb") as stream:
        file = UploadedFile(File(stream), path.name, size=path.stat().st_size)
        imported = services.upload(AREAS, [file], by=officer)
    marks.append(time.monotonic())
    services.map_columns(imported.pk, imported.mapping, {}, by=officer)
    checked = services.check(imported.pk)
    marks.append(time.monotonic())
    if checked.counts["wrong"] or checked.counts["new"] + checked.counts["changed"] != rows:
        raise SystemExit(f"the check found {checked.counts}: {checked.report.get('faults', [])[:3]}")
    services.write_import(imported.pk)
    marks.append(time.monotonic())
    if Area.objects.count() - before != checked.counts["new"]:
        raise SystemExit("the import did not write what its check announced")
    upload, check, write = (after - earlier for earlier, after in pairwise(marks))
    return {"upload_s": upload, "check_s": check, "write_s": write, "cpu_s": time.process_time() - cpu}


if __name__ == "__main__":
    main()
