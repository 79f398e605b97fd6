"""bench/platform.py on few rows: every page answers, an import goes through, the tables are printed."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "bench" / "platform.py"
PAGES = ("list searched in all rows", "map, whole province", "OGC items, 100 in 0.2°", "REST list, any 50")
FEW = ("--rows", "2000", "--requests", "2", "--clients", "2", "--database", "sqlite")


@pytest.mark.slow
def test_it_measures_every_page_and_an_import_on_few_rows() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *FEW],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    times = {cells[0].strip("| "): cells for cells in rows}
    for page in (*PAGES, "export, 500 rows, xlsx", "export, 500 rows, gpkg"):
        assert float(times[page][1]) > 0, page
    assert float(times["alone (mean of 1)"][4]) > 0


def test_other_scripts_of_the_folder_still_find_the_standard_platform() -> None:
    asked = "import platform; print(platform.python_implementation())"
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=SCRIPT.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == sys.implementation.name.replace("cpython", "CPython")
