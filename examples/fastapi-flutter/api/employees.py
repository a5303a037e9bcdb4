"""Employees, and taking them over from the personnel system."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from psycopg import Connection
from psycopg.rows import dict_row
from pydantic import BaseModel, Field

from api.accounts import signed_in
from utils.database import pool

router = APIRouter(tags=["employees"], dependencies=[Depends(signed_in)])


class Employee(BaseModel):
    number: str = Field(min_length=1, max_length=20)
    name: str = Field(min_length=1, max_length=100)
    team: str = Field(default="", max_length=100)
    email: str = Field(default="", max_length=200)


def save(connection: Connection, employee: Employee) -> int:
    """Keeps an employee; answers 1 where that was new or changed something."""
    return connection.execute(
        """
        insert into employee (number, name, team, email) values (%(number)s, %(name)s, %(team)s, %(email)s)
        on conflict (number) do update set name = excluded.name, team = excluded.team, email = excluded.email
          where (employee.name, employee.team, employee.email) <> (excluded.name, excluded.team, excluded.email)
        """,
        employee.model_dump(),
    ).rowcount


@router.get("/employees")
def employees(query: str = "", limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[Employee]:
    with pool.connection() as connection:
        rows = connection.cursor(row_factory=dict_row).execute(
            """
            select number, name, team, email from employee
            where position(lower(%(query)s) in lower(name || ' ' || team || ' ' || email)) > 0
            order by number limit %(limit)s
            """,
            {"query": query, "limit": limit},
        )
        return [Employee(**row) for row in rows]


@router.get("/employees/{number}")
def employee(number: str) -> Employee:
    with pool.connection() as connection:
        row = (
            connection.cursor(row_factory=dict_row)
            .execute("select number, name, team, email from employee where number = %s", (number,))
            .fetchone()
        )
    if row is None:
        raise HTTPException(404, f"nobody has the number {number}")
    return Employee(**row)


@router.post("/employees/sync")
def sync(people: list[Employee]) -> dict[str, int]:
    """All or nothing: one wrong entry changes nothing."""
    with pool.connection() as connection:
        return {"read": len(people), "changed": sum(save(connection, person) for person in people)}
