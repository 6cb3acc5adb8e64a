"""What is believed of a request's own words about where it goes to and where it comes from."""

import ipaddress

import pytest

from authflow.domain.limits import LOGIN
from tests.contract.bad_headers import HOST, OTHER_HOSTS, SPOOFED
from tests.contract.every_route import ROUTES, Unchecked, named, send_right
from tests.support.client import Client


@pytest.fixture
def at_home(configured):
    """A service that answers to one name."""
    return Unchecked(configured(trusted_hosts=(HOST,)))


def ready(application, host):
    return Unchecked(application).request("GET", "/ready", headers={"Host": host}).status_code


@pytest.mark.parametrize("path", ["/api/auth/me", "/ready", "/openapi.json", "/docs", "/nothing", "/health/"])
def test_another_host_is_refused(at_home, path):
    for host in OTHER_HOSTS:
        answer = at_home.request("GET", path, headers={"Host": host})
        assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_host"), host


@pytest.mark.parametrize("route", [route for route in ROUTES if route.path != "/health"], ids=named)
def test_no_route_answers_to_another_host(at_home, unlimited, route):
    answer = send_right(at_home, route, unlimited.signed_in(), headers={"Host": "evil.example"})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_host")


@pytest.mark.parametrize("host", [HOST, "API.example.com", "Api.Example.Com", f"{HOST}:443", f"{HOST}:8443"])
def test_its_own_name_is_known_in_any_case_and_with_any_port(at_home, host):
    answer = at_home.request("GET", "/api/auth/me", headers={"Host": host})
    assert answer.get_json()["code"] == "token_missing"


def test_a_request_without_a_host_is_refused(at_home):
    answer = at_home.request("GET", "/api/auth/me", environ_overrides={"HTTP_HOST": ""})
    assert answer.get_json()["code"] == "bad_host"


@pytest.mark.parametrize("proxies", [0, 1])
def test_no_other_header_stands_in_for_the_host(configured, proxies):
    client = Unchecked(configured(trusted_hosts=(HOST,), trusted_proxies=proxies))
    for name in ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host", "X-Forwarded-Server"):
        value = f"host={HOST}" if name == "Forwarded" else HOST
        refused = client.request("GET", "/api/auth/me", headers={"Host": "evil.example", name: value})
        assert refused.get_json()["code"] == "bad_host", name
        heard = client.request("GET", "/api/auth/me", headers={"Host": HOST, name: "evil.example"})
        assert heard.get_json()["code"] == "token_missing", name


def test_health_is_answered_whatever_the_host(at_home):
    for host in (*OTHER_HOSTS, HOST):
        assert at_home.request("GET", "/health", headers={"Host": host}).get_json() == {"status": "ok"}, host


def test_without_a_list_any_host_will_do(bare):
    for host in OTHER_HOSTS:
        assert bare.get("/api/auth/me", headers={"Host": host}).get_json()["code"] == "token_missing", host


def test_a_port_in_the_list_is_part_of_the_name(configured):
    application = configured(trusted_hosts=(f"{HOST}:8443",))
    assert ready(application, f"{HOST}:8443") == 200
    assert ready(application, f"{HOST}:9999") == 400


@pytest.mark.parametrize("host", ["[::1]", "[::1]:5000", "[2001:db8::5]"])
def test_an_ipv6_address_can_be_listed(configured, host):
    assert ready(configured(trusted_hosts=(host,)), host) == 200


def test_every_host_of_the_list_is_known(configured):
    application = configured(trusted_hosts=(HOST, "api.example.org"))
    assert [ready(application, host) for host in (HOST, "api.example.org", "api.example.net")] == [200, 200, 400]


# A few more than one caller is heard.
TIMES = LOGIN.per_ip.hits + 4


def attempts(application, headers_of_each, remote="192.0.2.1"):
    """The statuses of wrong logins, each for another account: only the limit by IP can refuse them."""
    client = Client(application)
    return [
        client.login(f"n{number}@example.com", headers=headers, environ_base={"REMOTE_ADDR": remote}).status_code
        for number, headers in enumerate(headers_of_each)
    ]


def ips(log):
    return {line["ip"] for line in log.lines if line.get("route") == "/api/auth/login"}


def one_bucket(times):
    return [401] * LOGIN.per_ip.hits + [429] * (times - LOGIN.per_ip.hits)


def test_without_proxies_the_header_is_ignored_and_said_so_once(configured, log):
    assert len(SPOOFED) == 100
    headers = [{"X-Forwarded-For": text} for text in SPOOFED]
    assert attempts(configured(trusted_proxies=0), headers) == one_bucket(100)
    warnings = [line for line in log.lines if line["event"] == "forwarded_header_ignored"]
    assert [line["level"] for line in warnings] == ["warning"]
    assert ips(log) == {"192.0.2.1"}


def test_no_warning_where_no_header_comes_or_proxies_are_known(configured, log):
    attempts(configured(trusted_proxies=0), [{}])
    attempts(configured(trusted_proxies=1), [{"X-Forwarded-For": "192.0.2.1"}])
    assert "forwarded_header_ignored" not in {line["event"] for line in log.lines}


@pytest.mark.parametrize(("proxies", "written"), [(1, "198.51.100.7"), (2, "198.51.100.7, 10.0.0.1")])
def test_a_hundred_spoofed_addresses_are_one_caller(configured, log, proxies, written):
    headers = [
        {
            "X-Forwarded-For": f"{text}, {written}",
            "X-Real-IP": text,
            "Forwarded": f"for={text}",
            "X-Client-IP": text,
            "True-Client-IP": text,
            "CF-Connecting-IP": text,
        }
        for text in SPOOFED
    ]
    assert attempts(configured(trusted_proxies=proxies), headers, "10.0.0.9") == one_bucket(100)
    assert ips(log) == {"198.51.100.7"}


@pytest.mark.parametrize("proxies", [1, 2, 3])
def test_callers_are_told_apart_by_what_the_outermost_proxy_wrote(configured, proxies):
    inner = ["10.0.0.1"] * (proxies - 1)
    headers = [{"X-Forwarded-For": ", ".join(["spoofed", f"198.51.100.{n}", *inner])} for n in range(TIMES)]
    assert attempts(configured(trusted_proxies=proxies), headers) == [401] * TIMES


def test_a_quotation_mark_hides_nobody(configured, log):
    headers = [{"X-Forwarded-For": f'{text}"{text}, 198.51.100.7'} for text in ("", "a", "1.2.3.4", "\\")]
    attempts(configured(trusted_proxies=1), headers)
    assert ips(log) == {"198.51.100.7"}


def test_what_is_no_address_shares_one_limit(configured):
    garbage = [{"X-Forwarded-For": f"garbage-{number}"} for number in range(TIMES)]
    assert attempts(configured(trusted_proxies=1), garbage) == one_bucket(TIMES)


@pytest.mark.parametrize(
    "form", ["198.51.100.{}:5678", "[2001:db8:{}::1]:443", "[2001:db8:{}::1]", "::ffff:198.51.100.{}"]
)
def test_with_ports_and_brackets_callers_are_told_apart(configured, log, form):
    headers = [{"X-Forwarded-For": form.format(number)} for number in range(1, TIMES + 1)]
    assert attempts(configured(trusted_proxies=1), headers) == [401] * TIMES
    assert None not in ips(log)


def test_a_port_makes_no_other_caller(configured):
    ports = [{"X-Forwarded-For": f"198.51.100.7:{port}"} for port in range(40_000, 40_000 + TIMES)]
    assert attempts(configured(trusted_proxies=1), ports) == one_bucket(TIMES)


def told(log, event):
    return [line for line in log.lines if line["event"] == event]


def test_what_is_no_address_is_said_once_with_what_came(configured, log):
    headers = [{"X-Forwarded-For": f"203.0.113.1, _hidden-{number}"} for number in range(3)]
    attempts(configured(trusted_proxies=1), headers)
    (line,) = told(log, "forwarded_address_unreadable")
    assert (line["level"], line["seen"], line["trusted_proxies"]) == ("warning", "_hidden-0", 1)


def test_what_came_is_shown_short_printable_and_without_an_email(configured, log):
    attempts(configured(trusted_proxies=1), [{"X-Forwarded-For": "x" * 5_000 + "\xe9 ada@example.com"}])
    (line,) = told(log, "forwarded_address_unreadable")
    assert len(line["seen"]) <= 100
    assert line["seen"].isascii() or line["seen"] == "…@…"
    assert "ada@" not in log.text


@pytest.mark.parametrize("header", [{"X-Forwarded-For": "198.51.100.7"}, {}])
def test_one_proxy_too_many_is_said_once_with_what_came(configured, log, header):
    attempts(configured(trusted_proxies=2), [header, header])
    (line,) = told(log, "trusted_proxies_too_large")
    assert (line["level"], line["trusted_proxies"], line["entries"]) == ("warning", 2, len(header))
    assert line["seen"] == header.get("X-Forwarded-For", "")


@pytest.mark.parametrize(
    "inner", ["10.1.2.3", "192.168.0.7:443", "127.0.0.1", "100.64.0.9", "[fd00::1]:80", "::1"]
)
def test_one_proxy_too_few_is_said_once_with_what_came(configured, log, inner):
    attempts(configured(trusted_proxies=1), [{"X-Forwarded-For": f"198.51.100.7, {inner}"}] * 2)
    (line,) = told(log, "trusted_proxies_too_small")
    assert (line["level"], line["trusted_proxies"]) == ("warning", 1)
    assert line["seen"] == f"198.51.100.7, {inner}"


def test_a_longer_chain_is_told_once_as_any_caller_can_make_it_longer(configured, log):
    attempts(configured(trusted_proxies=1), [{"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}] * 2)
    (line,) = told(log, "forwarded_chain_longer")
    assert (line["level"], line["entries"]) == ("info", 2)


def test_where_the_number_is_right_nothing_is_said_of_it(configured, log):
    attempts(configured(trusted_proxies=1), [{"X-Forwarded-For": "198.51.100.7:5678"}])
    attempts(configured(trusted_proxies=2), [{"X-Forwarded-For": "198.51.100.7, 10.0.0.1"}])
    assert not [line for line in log.lines if "forwarded" in line["event"] or "proxies" in line["event"]]


def test_fewer_addresses_than_proxies_share_the_limit_of_the_last_one(configured):
    short = [{"X-Forwarded-For": f"198.51.100.{number}"} for number in range(TIMES)]
    assert attempts(configured(trusted_proxies=2), short) == one_bucket(TIMES)


def test_the_64_bits_of_a_subscriber_are_one_caller_and_the_next_are_another(configured):
    application = configured(trusted_proxies=1)
    network = ipaddress.IPv6Network("2001:db8:1:2::/64")
    same = [{"X-Forwarded-For": str(network[number * 7_919])} for number in range(TIMES)]
    assert attempts(application, same) == one_bucket(TIMES)
    assert attempts(application, [{"X-Forwarded-For": "2001:db8:1:3::1"}]) == [401]


def test_an_ipv4_address_in_ipv6_clothes_is_the_same_caller(configured):
    clothes = [{"X-Forwarded-For": ip} for ip in ["198.51.100.7", "::ffff:198.51.100.7"] * (TIMES // 2)]
    assert attempts(configured(trusted_proxies=1), clothes) == one_bucket(TIMES)


def test_the_log_names_an_address_or_nothing(configured, log):
    texts = ("ada@example.com", "x" * 5_000, "'; --", "1.2.3.4:80")
    attempts(configured(trusted_proxies=1), [{"X-Forwarded-For": text} for text in texts])
    assert all(ip is None or ipaddress.ip_address(ip) for ip in ips(log))
