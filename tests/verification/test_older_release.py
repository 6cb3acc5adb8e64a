"""What a release that did not know the newer columns left behind, or still writes beside this one."""

from signing_up import CHOSEN, resend, sign_up, verify
from tests.support.client import ADA
from tests.support.outbox import code_in, token_in
from tests.support.tables import age_limits

# As that release wrote them: what it does not know is left to the defaults.
COLUMNS = (
    "kind, email, email_canonical, username, password_hash, registration_hash, nonce, tries, asked_at, created_at"
)


def as_an_older_release_wrote_it(tables):
    tables.execute(
        f"""
        WITH gone AS (DELETE FROM mailbox_proofs RETURNING {COLUMNS}, id)
        INSERT INTO mailbox_proofs ({COLUMNS}, id) OVERRIDING SYSTEM VALUE SELECT {COLUMNS}, id FROM gone
        """
    )


def test_its_sign_ups_can_be_proved_by_either_mail(verifying, mailbox, tables):
    for _ in range(2):
        sign_up(verifying)
    first, _ = mailbox.received()
    as_an_older_release_wrote_it(tables)
    later = sign_up(verifying)
    assert verify(verifying, registrationId=later, otp=code_in(first)).status_code == 200


def test_its_sign_ups_are_mailed_again(verifying, pending, mailbox, tables):
    registration, first = pending
    as_an_older_release_wrote_it(tables)
    age_limits(tables, 86_400)
    assert resend(verifying, email=ADA).status_code == 200
    again = mailbox.newest()
    assert (token_in(again), code_in(again)) == (token_in(first), code_in(first))
    assert verify(verifying, token=token_in(again), password=CHOSEN).status_code == 200
    assert verify(verifying, registrationId=registration, token=token_in(again)).status_code == 400
