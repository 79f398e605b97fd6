"""Words of jobs for templates."""
