"""`GET /`: who opens the bare address sees what this is (CONTRACT, section 2)."""


def test_the_bare_address_says_what_this_is_and_where_to_read_on(api):
    answer = api.request("GET", "/")
    assert answer.status_code == 200
    assert answer.get_json() == {"success": True, "service": "Authflow", "docs": "/docs", "health": "/health"}
    for path in (answer.get_json()["docs"], answer.get_json()["health"]):
        with api.request("GET", path) as found:
            assert found.status_code == 200


def test_it_names_the_service_as_its_operator_does(configured):
    answer = configured(service_name="Acme").test_client().get("/")
    assert answer.get_json()["service"] == "Acme"
