"""Messages to people: written with the event that causes them, sent after it, kept until they are read."""
