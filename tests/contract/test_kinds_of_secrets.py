"""Every secret of the system in every place that takes one: each is good for its own purpose, and for no other."""

import pytest

from tests.contract.minting import claims_of
from tests.contract.pending import reset_of, verification_of
from tests.support.client import NEW_PASSWORD

KINDS = ("access", "refresh", "secret", "reset link", "reset code", "proof link", "proof code", "registration")
# Which kinds are good there; logging out takes both tokens of a session (CONTRACT, section 2).
HEADERS = {
    "GET /me": {"access"},
    "POST /refresh": {"refresh"},
    "POST /logout": {"access", "refresh"},
}
BODIES = {
    "/refresh refreshToken": {"refresh"},
    "/logout refreshToken": {"access", "refresh"},
    "/reset-password token": {"reset link"},
    "/reset-password otp": {"reset code"},
    "/verify-email token": {"proof link"},
    "/verify-email otp": {"proof code"},
    "/verify-email registrationId": {"registration"},
}


def secret_of(person, kind):
    reset, verification = reset_of(person), verification_of(person)
    return {
        "access": person.access,
        "refresh": person.refresh,
        "secret": claims_of(person.refresh)["secret"],
        "reset link": reset["token"],
        "reset code": reset["otp"],
        "proof link": verification["token"],
        "proof code": verification["otp"],
        "registration": verification["registrationId"],
    }[kind]


def rest_of(person, place):
    """What goes with the secret, in a form that is right."""
    verification = verification_of(person)
    return {
        "/reset-password token": {"password": NEW_PASSWORD},
        "/reset-password otp": {"email": person.email, "password": NEW_PASSWORD},
        "/verify-email token": {"registrationId": verification["registrationId"]},
        "/verify-email otp": {"registrationId": verification["registrationId"]},
        "/verify-email registrationId": {"otp": verification["otp"]},
    }.get(place, {})


def status_for(kind, taken):
    return {200} if kind in taken else {400, 401}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", HEADERS)
def test_a_header_takes_its_own_kind_only(unlimited, place, kind):
    (method, path), ada = place.split(), unlimited.signed_in()
    headers = {"Authorization": f"Bearer {secret_of(ada, kind)}"}
    answer = unlimited.request(method, f"/api/auth{path}", headers=headers)
    assert answer.status_code in status_for(kind, HEADERS[place])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", BODIES)
def test_a_field_takes_its_own_kind_only(unlimited, place, kind):
    (path, field), ada = place.split(), unlimited.signed_in()
    answer = unlimited.post(path, {**rest_of(ada, place), field: secret_of(ada, kind)})
    assert answer.status_code in status_for(kind, BODIES[place])
