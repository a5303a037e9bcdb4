"""The application tier: FastAPI behind the edge, which sends it /api/**, /docs/** and /health."""

from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from psycopg import OperationalError

from api import accounts, employees
from utils import database, settings


@asynccontextmanager
async def lifespan(_: FastAPI):
    database.pool.open()
    yield
    database.pool.close()


app = FastAPI(title="Staff", version=settings.VERSION, lifespan=lifespan, docs_url="/docs", redoc_url=None)
app.include_router(accounts.router, prefix="/api")
app.include_router(employees.router, prefix="/api")
app.mount("/static", StaticFiles(directory=settings.FOLDER / "static"), name="static")
templates = Jinja2Templates(directory=settings.FOLDER / "templates")


@app.exception_handler(OperationalError)
def no_database(_: Request, problem: OperationalError) -> JSONResponse:
    return JSONResponse({"detail": f"the database does not answer: {problem}"}, status_code=503)


@app.get("/health", include_in_schema=False)
def health() -> dict[str, str]:
    """Healthy is a task that reaches its database."""
    with database.pool.connection(timeout=2) as connection:
        connection.execute("select 1")
    return {"status": "ok", "version": settings.VERSION}


@app.get("/api/version")
def version() -> dict[str, str]:
    return {"version": settings.VERSION}


@app.get("/api", response_class=HTMLResponse, include_in_schema=False)
def front(request: Request) -> HTMLResponse:
    """What the API is, for a person who opens its address."""
    return templates.TemplateResponse(request, "front.html", {"version": settings.VERSION})
