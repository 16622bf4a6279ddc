"""Settings, start and stop of the system. No business here."""
