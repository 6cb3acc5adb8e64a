"""The mailbox of development: what is written there is read again, once each, newest first."""

import mailbox
import os
import stat
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from mails import FROM, MAIL, TEXTS

from authflow.mail.maildir import MaildirSender, list_mails


@pytest.fixture
def directory(tmp_path):
    return tmp_path / ".authflow" / "mailbox"


@pytest.fixture
def sender(directory):
    return MaildirSender(directory, FROM)


def test_nothing_sent_is_nothing_listed(directory):
    assert list_mails(directory) == []


def test_a_mail_is_read_as_it_was_sent(directory, sender):
    sender.send(MAIL)
    (mail,) = list_mails(directory)
    assert (mail.to, mail.subject, mail.text, mail.html) == (MAIL.to, MAIL.subject, MAIL.text, MAIL.html)
    assert abs((datetime.now(UTC) - mail.sent_at).total_seconds()) < 60


def test_a_mail_sent_again_is_one_mail_the_last(directory, sender):
    sender.send(MAIL)
    first = list_mails(directory)[0].id
    sender.send(replace(MAIL, text="Again\n"))
    assert [(mail.id, mail.text) for mail in list_mails(directory)] == [(first, "Again\n")]


def test_the_newest_comes_first(directory, sender):
    for age, key in ((30, "a"), (10, "b"), (20, "c")):
        sender.send(replace(MAIL, key=key, subject=key))
        (new,) = (path for path in (directory / "new").iterdir() if path.stat().st_mtime > 1_000_000)
        os.utime(new, (1_000 - age, 1_000 - age))
    assert [mail.subject for mail in list_mails(directory)] == ["b", "c", "a"]


def test_it_is_a_maildir_that_others_read_and_move_mail_in(directory, sender):
    sender.send(MAIL)
    box = mailbox.Maildir(directory, create=False)
    ((key, message),) = box.items()
    message.set_subdir("cur")
    message.set_flags("S")
    box[key] = message
    assert [(mail.id, mail.subject) for mail in list_mails(directory)] == [(key, MAIL.subject)]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_kept(directory, sender, text):
    sender.send(replace(MAIL, subject=text, text=text, html=text))
    (mail,) = list_mails(directory)
    assert mail.to == "ada@example.com"
    assert len(mail.subject.splitlines()) <= 1
    assert mail.text.split() == "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text).split()


def test_nobody_else_on_the_machine_reads_it(directory, sender):
    sender.send(MAIL)
    (file,) = (directory / "new").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_many_at_once_disturb_nobody(directory, sender):
    sent = [replace(MAIL, key=str(n // 2)) for n in range(40)]
    threads = [threading.Thread(target=sender.send, args=(mail,)) for mail in sent]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        list_mails(directory)
    assert len(list_mails(directory)) == 20
    assert list((directory / "tmp").iterdir()) == []


def test_a_directory_that_cannot_be_written_is_not_final(directory, sender, refusal):
    directory.parent.mkdir()
    directory.write_text("in the way")
    assert not refusal(sender).is_final
