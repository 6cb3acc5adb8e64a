"""Where the links of mails lead: to the front end, whatever a request says of itself (CVE-2021-30185)."""

import re

import pytest

from tests.contract.bad_headers import HOST, OTHER_HOSTS
from tests.contract.every_route import Unchecked
from tests.support.client import ADA
from tests.support.outbox import token_in

FORGOT = "/api/auth/forgot-password"
FRONTEND = "https://app.example.com"
URL = re.compile(r"[a-z]+://[^/\s\"'<>]+", re.IGNORECASE)
LIES = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "//evil.example",
    "X-Original-Host": "evil.example",
    "X-Host": "evil.example",
    "Forwarded": "host=evil.example;proto=http",
    "Referer": "https://evil.example/",
}


@pytest.mark.parametrize("host", [host for host in OTHER_HOSTS if len(host) < 99], ids=repr)
def test_a_host_that_is_not_ours_moves_no_link(api, mailbox, host):
    api.register()
    assert api.post("/forgot-password", {"email": ADA}, headers={**LIES, "Host": host}).status_code == 200
    mail = mailbox.newest()
    assert mail.to == ADA
    assert set(URL.findall(mail.text)) == {FRONTEND}
    assert "evil" not in mail.text + mail.html
    assert api.reset(token_in(mail)).status_code == 200


def test_where_hosts_are_listed_another_one_sends_nothing_at_all(configured, api, mailbox, tables):
    api.register()
    at_home = Unchecked(configured(trusted_hosts=(HOST,)))
    for host in OTHER_HOSTS:
        refused = at_home.request("POST", FORGOT, json={"email": ADA}, headers={"Host": host})
        assert (refused.status_code, refused.get_json()["code"]) == (400, "bad_host"), host
    assert mailbox.received() == []
    taken = at_home.request("POST", FORGOT, json={"email": ADA}, headers={**LIES, "Host": HOST})
    assert taken.status_code == 200
    assert set(URL.findall(mailbox.newest().text)) == {FRONTEND}
