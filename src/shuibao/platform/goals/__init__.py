"""The plans as data: clauses, tasks, quantities, quarterly reports, targets of the conservation rate."""
