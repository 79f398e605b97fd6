"""The worker: due rows, messages and jobs of a lane, each job in a process of its own."""
