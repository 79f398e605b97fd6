"""What every page stands in, and the first page: shell, home, search, region and year, language."""
