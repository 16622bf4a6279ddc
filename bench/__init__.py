"""The benchmark suite: what Dengta does, beside the least that raw PostgreSQL needs for the same. See README.md."""
