"""The launcher with real processes, real servers and real signals; nothing here needs the portal."""
