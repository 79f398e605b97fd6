"""What is shown of plans, tasks, reports and targets."""
