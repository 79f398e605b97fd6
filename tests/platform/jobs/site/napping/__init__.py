"""An application that brings kinds of jobs that take their time."""
