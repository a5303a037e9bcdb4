"""The tests speak to the deployment that SAMDAN_TARGET_URL names; nothing is started here."""

import os
import uuid

import httpx
import pytest


@pytest.fixture(scope="session")
def client():
    with httpx.Client(base_url=os.environ["SAMDAN_TARGET_URL"], timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
def account(client):
    credentials = {"email": f"{uuid.uuid4().hex}@example.com", "password": "three-tiers-" + uuid.uuid4().hex}
    assert client.post("/api/sign-up", json=credentials).status_code == 201
    return credentials


@pytest.fixture(scope="session")
def signed_in(client, account):
    token = client.post("/api/sign-in", json=account).json()["token"]
    return {"Authorization": f"Bearer {token}"}
