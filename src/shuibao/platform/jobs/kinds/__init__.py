"""The kinds of jobs of this app, each in a module of its own; all are loaded at start.

A workflow is imported by the functions that call it: it brings numba, pandas and GDAL along (1.5 s),
which the web server and the worker's loop do not need.
"""
