"""What a register's declaration becomes: list, detail, map layer, checked import, export, REST, OGC."""
