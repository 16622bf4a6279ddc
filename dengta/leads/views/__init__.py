"""Pages of the leads room: the desk, a record, the supervisor's board, lists, messages, imports, the public form."""
