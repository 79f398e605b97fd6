"""The quarterly report as files."""
