"""待办: what a person must see to, and being reminded of it."""
