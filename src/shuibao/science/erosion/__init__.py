"""The Chinese soil loss equation (CSLE), wind erosion, disturbed land, intensity classes."""
