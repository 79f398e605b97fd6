"""Files to arrays and back: rasters, vectors, tables, provenance."""

import os

# GDAL would keep a twentieth of the machine's memory in blocks; tiles are read and written once.
os.environ.setdefault("GDAL_CACHEMAX", "128")
