"""People, the organisations they work for, and what they may do where."""
