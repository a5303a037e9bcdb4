"""Brings the database to the newest schema: runs once in each deployment, before the new tasks start."""

import psycopg

from utils import settings

LOCK = 7070  # So that two deployments never migrate at once.


def migrate() -> None:
    with psycopg.connect(settings.DATABASE_URL) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        connection.execute(
            "create table if not exists migration (name text primary key, applied_at timestamptz not null default now())"
        )
        done = {row[0] for row in connection.execute("select name from migration")}
        for file in sorted((settings.FOLDER / "api" / "migrations").glob("*.sql")):
            if file.name not in done:
                connection.execute(file.read_text(encoding="utf-8"))
                connection.execute("insert into migration (name) values (%s)", (file.name,))
                print(f"applied {file.name}")


if __name__ == "__main__":
    migrate()
