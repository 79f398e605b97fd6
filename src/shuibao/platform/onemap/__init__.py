"""一张图: every layer a person may see on one map, its statistics, and its tiles."""
