"""Who finds the queue of hashes full is told so without standing in it; places are kept for the familiar."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.conftest import CHEAP_COST
from tests.support.client import Client
from tests.support.outbox import token_in

from authflow import request_deadline
from authflow.bootstrap import build_services
from authflow.crypto import hash_slots
from authflow.crypto.hash_slots import KEPT_FOR_FAMILIAR, WAITING, HashSlots
from authflow.crypto.password_hash import PasswordHash
from authflow.errors import HashingBusy
from authflow.web.app import create_app

HOME = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
ABROAD = {"environ_base": {"REMOTE_ADDR": "2001:db8:1:2::7"}}


@pytest.fixture
def full(monkeypatch):
    """One slot that is taken, and as many strangers behind it as may wait."""
    # However busy the machine is, nobody leaves.
    monkeypatch.setattr(hash_slots, "MAX_WAIT", 60.0)
    slots, gate = HashSlots(slots=1), threading.Event()
    slots.gate, slots.order = gate, []

    def be_hashed():
        gate.wait()
        slots.order.append("stranger")

    strangers = WAITING - KEPT_FOR_FAMILIAR
    threads = [threading.Thread(target=slots.run, args=(be_hashed,)) for _ in range(1 + strangers)]
    for thread in threads:
        thread.start()
    while slots._executor._work_queue.qsize() < strangers:
        time.sleep(0.001)
    yield slots
    gate.set()
    for thread in threads:
        thread.join()


def test_the_next_one_does_not_wait(full):
    began = time.monotonic()
    with pytest.raises(HashingBusy):
        full.run(int)
    assert time.monotonic() - began < hash_slots.MAX_WAIT / 2


def test_whom_the_account_knows_finds_a_place_and_goes_first(full):
    known = [
        threading.Thread(target=full.run, args=(full.order.append, number), kwargs={"is_familiar": True})
        for number in range(KEPT_FOR_FAMILIAR)
    ]
    for number, thread in enumerate(known, 1):
        thread.start()
        while full._queue.qsize() < WAITING - KEPT_FOR_FAMILIAR + number:
            time.sleep(0.001)
    with pytest.raises(HashingBusy):
        full.run(int, is_familiar=True)
    full.gate.set()
    for thread in known:
        thread.join()
    # The one whose hash is under way, then they, then whoever was there before.
    assert full.order[: 1 + KEPT_FOR_FAMILIAR] == ["stranger", *range(KEPT_FOR_FAMILIAR)]


def test_guesses_from_everywhere_leave_an_owner_at_a_familiar_ip_login_and_reset(
    full, api, mailbox, config, pool, outbox, monkeypatch
):
    monkeypatch.setattr(request_deadline, "REQUEST_SECONDS", 60.0)
    api.register()
    api.login(**HOME)
    api.register("grace@example.com")
    api.post("/forgot-password", {"email": "grace@example.com"}, **HOME)
    link = token_in(mailbox.newest())
    services = build_services(config, pool, PasswordHash(CHEAP_COST, full), outbox)
    busy = Client(create_app(services, config))
    assert busy.login(**ABROAD).status_code == 503
    with ThreadPoolExecutor(2) as owner:
        login, waiting = owner.submit(busy.login, **HOME), full._queue.qsize()
        while full._queue.qsize() == waiting and not login.done():
            time.sleep(0.001)
        # Nobody but who reads the owner's mails has that.
        reset = owner.submit(busy.reset, link)
        while full._queue.qsize() == waiting + 1 and not reset.done():
            time.sleep(0.001)
        full.gate.set()
        assert login.result().status_code == reset.result().status_code == 200
