"""Pages of the leads room: the desk, a record, the supervisor's board, the pool, imports, the public form."""
