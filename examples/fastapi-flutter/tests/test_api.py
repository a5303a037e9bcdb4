import uuid


def test_health_says_that_the_database_answers(client):
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_a_wrong_password_is_refused(client, account):
    answer = client.post("/api/sign-in", json={**account, "password": "not the right one"})
    assert answer.status_code == 401


def test_an_address_has_one_account(client, account):
    assert client.post("/api/sign-up", json=account).status_code == 409


def test_employees_are_for_those_who_signed_in(client):
    assert client.get("/api/employees").status_code == 401


def test_employees_are_found_by_name_and_number(client, signed_in):
    found = client.get("/api/employees", params={"query": "하루"}, headers=signed_in).json()
    assert [person["number"] for person in found] == ["E1001"]
    assert client.get("/api/employees/E1002", headers=signed_in).json()["name"] == "이보람"
    assert client.get("/api/employees/nobody", headers=signed_in).status_code == 404


def test_a_sync_changes_only_what_is_new(client, signed_in):
    person = {"number": uuid.uuid4().hex[:12], "name": "박새로", "team": "인사", "email": "saero@example.com"}
    assert client.post("/api/employees/sync", json=[person], headers=signed_in).json() == {"read": 1, "changed": 1}
    assert client.post("/api/employees/sync", json=[person], headers=signed_in).json() == {"read": 1, "changed": 0}


def test_one_wrong_entry_changes_nothing(client, signed_in):
    number = uuid.uuid4().hex[:12]
    people = [{"number": number, "name": "박새로"}, {"number": "", "name": "nobody"}]
    assert client.post("/api/employees/sync", json=people, headers=signed_in).status_code == 422
    assert client.get(f"/api/employees/{number}", headers=signed_in).status_code == 404


def test_the_documents_of_the_api_are_there(client):
    assert "/api/employees" in client.get("/openapi.json").json()["paths"]
    assert client.get("/docs").status_code == 200
    assert client.get("/static/front.css").status_code == 200
