"""Pages of plans, reports and targets."""
