"""The platform: one database, one map, and the faces of every capability (Django)."""
