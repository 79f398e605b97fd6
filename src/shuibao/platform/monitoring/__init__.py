"""The results of annual monitoring: products of a region and year, and their erosion patches."""
