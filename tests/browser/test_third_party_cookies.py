"""The control: a cookie between two sites, and a browser that does or does not block it.

Whatever works in the tests beside this one, works in a browser that blocks third-party cookies for real.
"""

from contextlib import AbstractContextManager

from chromium import ALLOWED, BLOCKED, has_refreshed
from settings import two_sites
from visit import Begin, Doctor, Report, Visit

BY_DEFAULT = two_sites("two sites, SameSite=Lax", "refresh-cookie")
FOR_OTHERS = two_sites("two sites, SameSite=None", "refresh-cookie", COOKIE_SAMESITE="None")


def after_a_reload(visit: AbstractContextManager[Visit]) -> str:
    """Whether who logged in is still `in`, or `out`."""
    with visit as ada:
        tab = ada.open()
        ada.log_in(tab)
        tab.reload()
        has_refreshed(tab)
        assert ada.browser.troubles == []
        return tab.evaluate("document.body.dataset.state")


def test_a_third_partys_cookie_comes_back_only_where_it_is_allowed_or_partitioned(
    visit: Begin, report: Report
) -> None:
    told = {
        "third-party cookies allowed": after_a_reload(visit(FOR_OTHERS, ALLOWED, partitions=False)),
        "blocked": after_a_reload(visit(FOR_OTHERS, BLOCKED, partitions=False)),
        # As the API makes it (CHIPS): kept for this front end alone, so it tracks nobody, and is let through.
        "blocked, but Partitioned": after_a_reload(visit(FOR_OTHERS, BLOCKED)),
    }
    assert list(told.values()) == ["in", "out", "in"]
    report(said(FOR_OTHERS.name, told))


def test_a_lax_cookie_never_crosses_and_doctor_says_so(visit: Begin, doctor: Doctor, report: Report) -> None:
    # Where none was asked for, it is told and is no problem: tokens in bodies, the default, need no cookie.
    assert (doctor(BY_DEFAULT), doctor(FOR_OTHERS)) == ([], ["cookies"])
    told = {"third-party cookies allowed": after_a_reload(visit(BY_DEFAULT, ALLOWED))}
    assert list(told.values()) == ["out"]
    report(said(BY_DEFAULT.name, told))


def said(name: str, told: dict[str, str]) -> str:
    return f"{name}: " + "; ".join(f"{where}: signed {state} after a reload" for where, state in told.items())
