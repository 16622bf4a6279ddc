"""What can be done with customers, one file per capability."""
