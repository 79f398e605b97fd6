"""The law's formulas: values in, values out. No files, no logging, no configuration."""
