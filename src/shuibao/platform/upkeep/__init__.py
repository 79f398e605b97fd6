"""Keeping an installation well: what is missing or unsafe, backup, restore."""
