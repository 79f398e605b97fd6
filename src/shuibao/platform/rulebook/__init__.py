"""The rules as a register: every number with its basis, who verified it, what used it, what it was before."""
