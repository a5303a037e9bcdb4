"""The batch that takes over the employees whom the personnel system exported to the volume of sync data."""

import json
import sys

import psycopg

from api.employees import Employee, save
from utils import settings


def sync() -> int:
    file = settings.SYNC_DATA / "employees.json"
    if not file.exists():
        print(f"nothing to do: the personnel system has put no {file} there")
        return 0
    people = [Employee(**entry) for entry in json.loads(file.read_text(encoding="utf-8"))]
    with psycopg.connect(settings.DATABASE_URL) as connection:
        changed = sum(save(connection, person) for person in people)
    print(f"{len(people)} employees read, {changed} new or changed")
    return 0


if __name__ == "__main__":
    sys.exit(sync())
