"""The engine: plain SQLAlchemy over one PostgreSQL database. Knows no Flask; only `journeys.worker` knows RQ."""
