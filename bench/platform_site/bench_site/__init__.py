"""A scratch application of the platform: two registers with many made-up rows."""
