"""Pages of accounts: they translate, services decide."""
