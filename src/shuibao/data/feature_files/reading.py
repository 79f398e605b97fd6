"""Any file of features as rows, by its kind."""

from pathlib import Path

from shuibao.data.feature_files import limits
from shuibao.data.feature_files.answers import Answers
from shuibao.data.feature_files.archive import kml_in
from shuibao.data.feature_files.coordinates import with_shapes
from shuibao.data.feature_files.delimited import read_delimited
from shuibao.data.feature_files.kinds import Kind, kind_of
from shuibao.data.feature_files.layers import read_geojson, read_geopackage, read_kml, read_shapefile
from shuibao.data.feature_files.rows import Rows
from shuibao.data.feature_files.table import headed
from shuibao.data.feature_files.workbook import read_workbook

_LAYERS = {
    Kind.SHAPEFILE: read_shapefile,
    Kind.GEOPACKAGE: read_geopackage,
    Kind.GEOJSON: read_geojson,
}


def read_features(path: Path, name: str, answers: Answers) -> Rows:
    """The rows of a file. name: what the person calls it, for messages and for its ending.

    Raises Unanswered with what the file does not say, InputError with what is wrong and how to mend it.
    """
    limits.require_size(path, name)
    kind = kind_of(path, name)
    if kind in _LAYERS:
        return _LAYERS[kind](path, name, answers)
    if kind is Kind.KMZ:
        return read_kml(kml_in(path, name), name, answers)
    if kind is Kind.KML:
        return read_kml(path.read_bytes(), name, answers)
    if kind is Kind.DXF:
        from shuibao.data.feature_files.dxf import read_dxf  # ezdxf comes with [platform] only

        return read_dxf(path, name, answers)
    cells = (read_workbook if kind is Kind.XLSX else read_delimited)(path, name, answers)
    said = answers.header_row
    return with_shapes(headed(cells, said), answers, name)
