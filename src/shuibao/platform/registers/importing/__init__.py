"""The checked import of a register: upload, questions, columns, preview, and then all of it or nothing."""
