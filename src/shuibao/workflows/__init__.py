"""One file or folder per job a person runs: files and rules in, products and provenance out."""
