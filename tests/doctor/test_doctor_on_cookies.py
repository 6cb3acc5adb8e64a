"""Whether cookies will work is said before somebody wonders why they don't."""

import pytest

REWRITE = "(a rewrite)"
IN_THE_BODY = 'delivery "body"'


@pytest.fixture
def said(examine):
    """Of cookies, with the front end and the API at these addresses."""

    def said(front, api, **settings):
        report = examine("--api", api, FRONTEND_URL=front, TRUSTED_HOSTS="", **settings)
        # Two sites are no fault where nobody asked for cookies.
        assert report.problems == (["cookies"] if settings else [])
        return report.lines["cookies"]

    return said


@pytest.mark.parametrize(
    ("front", "api", "site"),
    [
        ("https://app.example.com", "https://api.example.com", "example.com"),
        ("https://example.com", "https://api.eu.example.com:8443", "example.com"),
        ("https://shop.example.co.uk", "https://api.example.co.uk", "example.co.uk"),
        # Through a rewrite the browser sees one origin.
        ("https://app.vercel.app", "https://app.vercel.app", "app.vercel.app"),
    ],
)
def test_one_site_is_well(said, front, api, site):
    assert said(front, api).endswith(f"are one site, {site}")


@pytest.mark.parametrize(
    ("front", "api", "first"),
    [
        ("https://a.vercel.app", "https://b.onrender.com", "serve both from one domain of your own"),
        ("https://a.vercel.app", "https://b.vercel.app", "serve both from one domain of your own"),
        ("https://app.example.com", "https://b.onrender.com", "serve the API from api.example.com"),
        ("https://a.vercel.app", "https://api.example.com", "serve the front end from app.example.com"),
        ("https://app.one.com", "https://api.two.com", "serve the API from api.one.com"),
        ("https://one.co.uk", "https://two.co.uk", "serve the API from api.one.co.uk"),
    ],
)
def test_for_two_sites_the_best_way_out_comes_first_and_the_others_follow(said, front, api, first):
    told = said(front, api)
    places = [told.index(way) for way in (first, REWRITE, IN_THE_BODY)]
    assert places == sorted(places)


def test_platforms_are_named_as_the_public_suffixes_that_they_are(said):
    told = said("https://a.vercel.app", "https://b.onrender.com")
    assert "onrender.com and vercel.app are public suffixes, as com is" in told
    assert "public suffix" not in said("https://app.one.com", "https://api.two.com")


def test_partitioned_cookies_are_no_way_out(said):
    told = said("https://a.vercel.app", "https://b.onrender.com", COOKIE_SAMESITE="None")
    assert told.startswith("work in some browsers only: ")
    assert IN_THE_BODY in told


def test_a_page_of_this_machine_is_told_of_its_own_proxy(said):
    told = said("http://localhost:5173", "https://b.onrender.com")
    assert "development server's proxy" in told
    assert "domain of your own" not in told


@pytest.mark.parametrize("api", ["https://127.0.0.2", "https://10.0.0.2:8443"])
def test_addresses_in_numbers_share_no_site(said, api):
    assert "are two sites" in said("https://10.0.0.1", api)


def test_http_and_https_are_two_sites(examine):
    report = examine("--origin", "http://app.example.com", CORS_ORIGINS="http://localhost,https://app.example.com")
    assert report.problems == ["origin", "https", "cookies"]
    assert "http and https are two sites" in report.lines["cookies"]


def test_an_api_without_https_gets_no_cookie_kept(examine):
    report = examine("--api", "http://api.example.com")
    assert report.problems == ["https", "cookies"]
    assert "Secure" in report.lines["https"]


def test_the_origin_must_be_one_that_may_call(examine):
    report = examine("--origin", "https://www.example.com")
    assert report.problems == ["origin"]
    assert "CORS_ORIGINS" in report.lines["origin"]
    both = "https://app.example.com,https://www.example.com"
    assert examine("--origin", "https://www.example.com", CORS_ORIGINS=both).problems == []


def test_the_api_must_answer_to_its_name(examine):
    report = examine("--api", "https://auth.example.com")
    assert report.problems == ["host"]
    assert "TRUSTED_HOSTS" in report.lines["host"]


def test_where_the_api_is_must_be_said_unless_it_can_be_known(examine):
    assert examine().problems == []
    report = examine(TRUSTED_HOSTS="")
    assert report.problems == ["cookies"]
    assert "--api https://" in report.lines["cookies"]


@pytest.mark.parametrize("domain", ["example.org", "app.example.com"])
def test_a_cookie_domain_that_no_browser_takes_is_a_problem(examine, domain):
    report = examine(COOKIE_DOMAIN=domain)
    assert report.problems == ["cookies"]
    assert "COOKIE_DOMAIN" in report.lines["cookies"]
    assert examine(COOKIE_DOMAIN="example.com").problems == []


@pytest.mark.parametrize("domain", ["onrender.com", "co.uk", ".vercel.app"])
def test_a_public_suffix_is_refused_as_a_cookie_domain(examine, domain):
    report = examine("--api", "https://b.onrender.com", COOKIE_DOMAIN=domain)
    assert report.problems == ["configuration"]
    assert report.lines["configuration"].startswith("COOKIE_DOMAIN must be a domain of your own")
