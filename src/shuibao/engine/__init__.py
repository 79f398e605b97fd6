"""Runs tile tasks: what to do is one plan, how it runs is a runner."""
