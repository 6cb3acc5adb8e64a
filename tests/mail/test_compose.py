"""Every mail: what it says, what it links to, and what nobody can make it say."""

import re
import time
import unicodedata
from datetime import timedelta, timezone
from html import unescape

import pytest
from colours import Painted, contrast
from every_mail import AT, CODE, FIREFOX, NAMES, TOKEN, WITH_SECRET, Given, composed

from authflow.domain.device import Device
from authflow.domain.mail_cause import MailCause
from authflow.domain.typed_text import BIDI_CONTROLS
from authflow.mail.compose import Composer

FRONTEND = "https://app.example.com"
LINKS = {
    "reset_password": f"{FRONTEND}/auth/reset-password/{TOKEN}",
    "verify_email": f"{FRONTEND}/auth/verify-email/{TOKEN}",
    "confirm_new_email": f"{FRONTEND}/auth/verify-email/{TOKEN}",
    "already_registered": f"{FRONTEND}/auth/forgot-password",
    "password_changed": f"{FRONTEND}/auth/forgot-password",
    "email_change_asked": f"{FRONTEND}/auth/forgot-password",
    "new_device": f"{FRONTEND}/auth/forgot-password",
}
URL = re.compile(r"[a-z]+://[^\s\"'<>]+")
# What a locked screen or a list of mails shows before anybody opens one: up to about this many characters.
PREVIEW_CHARACTERS = 150
HOSTILE_NAME = "<img src=//e.example>\r\nBcc: a@e.example\x00\u202e{code}{{ 7 * 7 }}" + "x" * 500
HOSTILE = Given(
    MailCause(Device('"><script>\r\n\u202e', "<script>alert(1)</script>\r\n\u202e" + FIREFOX), AT),
    token='../../"><script>//evil.example?#',
    new_email="<b>g</b>\r\n\n12345678\n\u2067@evil.example",
)


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def mail(name):
    return composed(Composer("Authflow", FRONTEND))[name]


@pytest.fixture
def hostile(name):
    return composed(Composer(HOSTILE_NAME, FRONTEND), HOSTILE)[name]


def lines(text):
    return [line.strip() for line in text.splitlines()]


def body(html):
    """What a reader sees, and what a preview shows: the text between the tags, after the head."""
    return unescape(re.sub(r"<[^>]*>", "", html.partition("</head>")[2]))


def test_a_mail_goes_to_its_reader_under_the_key_of_its_job(mail, name):
    assert (mail.key, mail.to) == (f"{name}/7", "ada@example.com")


def test_text_and_html_name_the_cause(mail):
    for part in (mail.text, body(mail.html)):
        for fact in ("Firefox on Linux", "2001:db8:1234:5678:9abc:def0:1234:5678", "31 Jan 2026, 09:30 UTC"):
            assert fact in part


def test_text_and_html_say_what_to_do_if_it_was_somebody_else(mail):
    assert mail.text.count("If it wasn't you, ") == body(mail.html).count("If it wasn't you, ") == 1


def test_links_lead_to_the_front_end_only(mail, name):
    expected = {LINKS[name]} if name in LINKS else set()
    assert set(URL.findall(mail.text)) == set(URL.findall(mail.html)) == expected


def test_a_link_stands_alone_on_its_line_and_in_plain_below_the_button(mail, name):
    if name in LINKS:
        assert lines(mail.text).count(LINKS[name]) == 1
        assert mail.html.count(f'href="{LINKS[name]}"') == 2
        assert LINKS[name] in body(mail.html)


@pytest.mark.parametrize("name", WITH_SECRET)
def test_the_code_stands_unspaced_on_a_line_of_its_own_above_the_link(mail, name):
    for part in (mail.text, body(mail.html)):
        assert lines(part).count(CODE) == part.count(CODE) == 1
        assert part.index(CODE) < part.index(LINKS[name])
    assert lines(mail.html).count(CODE) == 1
    assert mail.html.index(CODE) < mail.html.index(LINKS[name])


@pytest.mark.parametrize("name", WITH_SECRET)
def test_code_and_link_say_until_when_they_work(mail, name):
    for part in (mail.text, body(mail.html)):
        assert "The code works once, until 31 Jan 2026, 09:40 UTC." in part
        assert "The link works once, until 31 Jan 2026, 10:00 UTC." in part


@pytest.mark.parametrize("name", WITH_SECRET)
def test_a_locked_screen_shows_no_code(mail, name):
    assert CODE not in mail.subject
    for part in (mail.text, body(mail.html)):
        assert len(" ".join(part.split()).partition(CODE)[0]) > PREVIEW_CHARACTERS


def test_notices_hold_no_secret(mail, name):
    if name not in WITH_SECRET:
        assert CODE not in mail.text + mail.html
        assert TOKEN not in mail.text + mail.html


def test_a_mail_composed_again_is_the_same_bytes(mail, name, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        cause = MailCause(Given().cause.device, AT.astimezone(timezone(timedelta(hours=-8))))
        assert composed(Composer("Authflow", FRONTEND), Given(cause))[name] == mail
    finally:
        monkeypatch.undo()
        time.tzset()


def test_hostile_texts_are_shown_as_text(hostile):
    assert not re.search(r"<(script|img|b)\b", hostile.html)
    assert "&lt;img src=//e.example&gt;" in hostile.html
    assert "{code}{{ 7 * 7 }}" in hostile.text


def test_hostile_texts_add_no_link(hostile):
    found = re.findall(r'(?:href|src)="([^"]*)', hostile.html)
    assert all(re.fullmatch(re.escape(FRONTEND) + r"/auth/[A-Za-z0-9%._~/-]+", unescape(link)) for link in found)
    assert set(URL.findall(hostile.text)) <= set(found)
    assert not [link for link in found if "/../" in link]


def test_a_subject_is_one_short_line(hostile, mail):
    for subject in (hostile.subject, mail.subject):
        assert subject.isprintable()
        assert not BIDI_CONTROLS & set(subject)
        assert len(subject) <= 120
    assert "Authflow" in mail.subject


def test_texts_hold_no_control_or_direction_characters(hostile):
    for part in (hostile.text, hostile.html):
        assert not BIDI_CONTROLS & set(part)
        assert not [
            char for char in part if unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"} and char != "\n"
        ]


def test_no_caller_forges_a_line_with_a_code(hostile, name):
    codes = [line for line in lines(hostile.text) if re.fullmatch("[0-9]{8}", line)]
    assert codes == ([CODE] if name in WITH_SECRET else [])


def test_an_unknown_cause_is_called_that(name):
    mail = composed(Composer("Authflow", FRONTEND), Given(MailCause(Device(None, ""), AT)))[name]
    assert "Device: an unknown device\nIP address: unknown\n" in mail.text


def test_nothing_is_loaded_from_anywhere(mail):
    assert not re.search(
        r"<(img|link|script|iframe)|src(set)?=|background=|@import|@font-face|url\(", mail.html, re.IGNORECASE
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_can_be_read(mail, dark):
    painted = Painted(mail.html, dark)
    assert painted.texts
    for text, colour, behind in painted.texts:
        assert contrast(colour, behind) >= 4.5, text


def test_dark_mode_paints_whatever_light_mode_does(mail):
    light, dark = Painted(mail.html, dark=False), Painted(mail.html, dark=True)
    assert not {colours[1:] for colours in light.texts} & {colours[1:] for colours in dark.texts}


def test_tables_that_only_lay_out_say_so_to_screen_readers(mail):
    tables = re.findall(r"<table[^>]*>", mail.html)
    assert all('role="presentation"' in table for table in tables)
    assert '<html lang="en"' in mail.html
