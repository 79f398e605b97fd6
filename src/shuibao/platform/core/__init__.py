"""What every capability stands on: regions, geometry, visibility, moves, events, due rows, files."""
