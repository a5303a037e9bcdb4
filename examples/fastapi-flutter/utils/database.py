"""Connections to the data tier."""

from psycopg_pool import ConnectionPool

from utils import settings

# A connection that died with the database is found out before it is given away.
pool = ConnectionPool(
    settings.DATABASE_URL, min_size=1, max_size=8, open=False, check=ConnectionPool.check_connection
)
