"""shuibao (水保): the working system of soil and water conservation."""

__version__ = "0.1.0"
