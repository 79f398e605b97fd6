"""Files of features, as rows of values and shapes: tables, Shapefiles, GeoPackage, GeoJSON, KML, DXF.

What a file does not say (sheet, encoding, coordinate system) is asked, never guessed: `Unanswered`.
"""

from shuibao.data.feature_files.answers import Answers, Choice, Question, Unanswered
from shuibao.data.feature_files.reading import read_features
from shuibao.data.feature_files.rows import Row, Rows, Value

__all__ = ["Answers", "Choice", "Question", "Row", "Rows", "Unanswered", "Value", "read_features"]
