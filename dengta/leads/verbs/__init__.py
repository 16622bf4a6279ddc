"""What people do with leads and opportunities, one file per capability."""
