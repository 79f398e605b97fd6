"""The interface for programs, under /api/: every register, jobs, regions, and who is asking."""
