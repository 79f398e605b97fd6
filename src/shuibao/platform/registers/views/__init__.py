"""Pages of the registers: they translate, services and queries decide."""
