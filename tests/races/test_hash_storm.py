"""Many log in at once: hashing holds up nobody else, and whoever cannot be served is told soon (CONTRACT 5)."""

from tests.support.callers import HEALTH, SOON, callers_of, codes, log_in, me, register
from tests.support.client import ADA
from tests.support.server import SHIPPED
from tests.support.settings import RACED_WORKERS

from authflow.crypto.hash_slots import WAITING, slots_of_process

LOGINS = 8
BEYOND = 40


def test_a_pool_of_one_connection_serves_others_while_logins_are_hashed(start, report):
    server = start(workers=1, DB_POOL_SIZE="1", BCRYPT_ROUNDS="12")
    with callers_of(server, LOGINS) as stormers, callers_of(server, 1) as others:
        others.insist(register(ADA))
        session = others.insist(log_in(ADA))
        storm = stormers.begin([log_in(ADA)] * LOGINS)
        meanwhile = others.ask_during(storm, me(session.access), HEALTH)
        assert codes(meanwhile) == {200: len(meanwhile)}
        # Were it held, a /me and a /health would come through after each of the hashes, and no others.
        assert len(meanwhile) > 2 * (LOGINS + 1)
    report(
        f"{LOGINS} logins on a pool of 1: {dict(codes(storm.result()))}, others meanwhile {dict(codes(meanwhile))}"
    )


def test_logins_beyond_what_may_wait_are_refused_soon(start, report):
    server = start(application=SHIPPED)
    places = RACED_WORKERS * (slots_of_process(RACED_WORKERS) + WAITING)
    with callers_of(server, places + BEYOND) as stormers, callers_of(server, RACED_WORKERS) as others:
        others.insist(register(ADA))
        session = others.insist(log_in(ADA))
        storm = stormers.begin([log_in(ADA)] * (places + BEYOND))
        meanwhile = others.ask_during(storm, me(session.access), HEALTH)
        answers = storm.result()
        refused = [answer for answer in answers if answer.status == 503]
        assert set(codes(answers)) <= {200, "unavailable"}
        assert refused
        assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
        assert codes(meanwhile) == {200: len(meanwhile)}
        slowest = max(answer.seconds for answer in answers + meanwhile)
        assert slowest < SOON
        assert others.insist(log_in(ADA)).status == 200
    report(
        f"{len(answers)} parallel /login for {places} places: {dict(codes(answers))}, slowest {slowest:.2f} s, "
        f"others meanwhile {dict(codes(meanwhile))}"
    )
