"""Families of input that make a program work, each of any size: for bodies, headers, paths and queries."""

import json
from collections.abc import Callable

# Of so many bytes, at most.
Family = Callable[[int], str]

# What is repeated. The comment says whom it makes work.
REPEATED = {
    "letters": "a",
    "marks": "\u0301",
    # Canonical ordering sorts these, and every second one stands wrong.
    "marks out of order": "\u0315\u0300\u05ae\u1ab0",
    "syllables of Hangul": "\uac01",
    "letters of Hangul": "\u1100\u1161\u11a8",
    # Eighteen characters each under NFKC.
    "ligatures that grow": "\ufdfa",
    "letters that decompose": "\u1e69\u0344",
    "full-width digits": "\uff11",
    "digits": "1",
    "families of people": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "letters beyond 16 bits": "\U0001d4d0",
    "what nobody sees": "\u200b\u00ad",
    "blanks": " ",
    "hyphens and blanks": "- ",
    "at signs": "a@",
    "labels": "a.",
    "labels of Punycode": "xn--a.",
    "labels of IDNA": "\u00fc.",
    "labels of right to left": "\u05d0.",
    "quotes": '\\"',
    "dots": ".",
    "underscores": "_-",
    "base64 in three parts": "eyJh.",
    "signs": "+-",
}


def _repeated(unit: str) -> Family:
    return lambda size: unit * (size // len(unit.encode()))


TEXTS: dict[str, Family] = {name: _repeated(unit) for name, unit in REPEATED.items()}
# After and around what would else be right.
TEXTS |= {
    f"an email with {name}": lambda size, unit=unit: (unit * (size // len(unit.encode())))[: size // 2] + "@a.de"
    for name, unit in REPEATED.items()
    if unit in {"a", ".", "a.", '\\"', "\u0301", "\u00fc."}
}
TEXTS |= {
    f"an email at {name}": lambda size, unit=unit: "a@" + unit * (size // len(unit.encode())) + "de"
    for name, unit in REPEATED.items()
    if unit.endswith((".", "\u0301"))
}

# As JSON, where a value is to stand.
VALUES: dict[str, Family] = {
    "nested lists": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "nested objects": lambda size: '{"a":' * (size // 6) + "1" + "}" * (size // 6),
    "many keys": lambda size: "{" + ",".join(f'"{n:x}":0' for n in range(size // 9)) + "}",
    "one key again and again": lambda size: "{" + ",".join(['"":0'] * (size // 5)) + "}",
    "many numbers": lambda size: "[" + ",".join(["0"] * (size // 2)) + "]",
    "many long numbers": lambda size: "[" + ",".join(["9" * 3_999] * (size // 4_000)) + "]",
    "one long number": lambda size: "9" * min(size, 3_999),
    "a longer number": lambda size: "9" * size,
    "a number of many places": lambda size: "0." + "1" * size,
    "many exponents": lambda size: "[" + ",".join(["1e-307"] * (size // 7)) + "]",
    "many strings": lambda size: "[" + ",".join(['""'] * (size // 3)) + "]",
    "many objects": lambda size: "[" + ",".join(["{}"] * (size // 3)) + "]",
    "escapes": lambda size: '"' + "\\u0301" * (size // 6) + '"',
    "halves of characters": lambda size: '"' + "\\ud83d" * (size // 6) + '"',
    "blanks in between": lambda size: " " * size + "1",
    "unfinished": lambda size: '"' + "a" * size,
}


def written(text: str) -> str:
    """A text as JSON, in as few bytes as it can be."""
    return json.dumps(text, ensure_ascii=False)


JSON: dict[str, Family] = {
    name: lambda size, family=family: written(family(size)) for name, family in TEXTS.items()
}
JSON |= VALUES

# What the table of expressions for user agents looks at for longest, tried one after the other.
AGENTS: dict[str, Family] = {
    "programs of no name": lambda size: "Mozilla/5.0 " + "a/1 " * (size // 4),
    "numbers without an end": lambda size: "Mozilla/5.0 (Linux; Android " + "1." * (size // 2),
    "brackets": lambda size: "Mozilla/5.0 " + "(;" * (size // 2),
    "semicolons": lambda size: "Mozilla/5.0 (Linux; U; Android 4.0; " + "; " * (size // 2) + "Build/",
    "phones": lambda size: "Mozilla/5.0 (iPhone; CPU iPhone OS " + "1_" * (size // 2),
    "bots": lambda size: "bot" * (size // 3),
    "addresses": lambda size: "http://" + "a." * (size // 2),
    "hyphens": lambda size: "a-" * (size // 2) + "/",
    "blanks": lambda size: "Opera " + " " * size + "/",
}
HEADER_TEXTS: dict[str, Family] = {
    "letters": lambda size: "a" * size,
    "commas": lambda size: "a," * (size // 2),
    "blanks and commas": lambda size: " ," * (size // 2),
    "semicolons": lambda size: "a=b; " * (size // 5),
    "quotes": lambda size: '"' * size,
    "escaped quotes": lambda size: 'a="' + '\\"' * (size // 2),
    "addresses": lambda size: ", ".join(["2001:db8::1"] * (size // 13)),
    "colons": lambda size: ":" * size,
    "percents": lambda size: "%41" * (size // 3),
    "bytes beyond ASCII": lambda size: "\xe9" * (size // 2),
    "dots": lambda size: "Bearer " + "." * size,
    "a token of letters": lambda size: (
        "Bearer " + "a" * (size // 3) + "." + "a" * (size // 3) + "." + "a" * (size // 3)
    ),
    "our cookie again and again": lambda size: "__Host-authflow-refresh=a.b.c; " * (size // 31),
    "ranges": lambda size: "bytes=" + "0-1," * (size // 4),
    "weights": lambda size: "a;q=0.1," * (size // 8),
}
PATHS: dict[str, Family] = {
    "letters": lambda size: "a" * size,
    "slashes": lambda size: "/" * size,
    "percents": lambda size: "%41" * (size // 3),
    "bytes that are no UTF-8": lambda size: "%ff" * (size // 3),
    "dots": lambda size: "../" * (size // 3),
}
QUERIES: dict[str, Family] = {
    "many names": lambda size: "&".join(f"{n:x}=1" for n in range(size // 6)),
    "one name again and again": lambda size: "limit=1&" * (size // 8),
    "nothing but &": lambda size: "&" * size,
    "percents": lambda size: "cursor=" + "%c3%a9" * (size // 6),
    "digits": lambda size: "limit=" + "9" * size,
    "letters": lambda size: "cursor=" + "A" * size,
}
MANY_HEADERS: dict[str, Family] = {
    "of one name": lambda size: "a" + "\r\nX-A: a" * (size // 8),
    "of names of their own": lambda size: "a" + "".join(f"\r\nX-{n:x}: a" for n in range(min(98, size // 9))),
    "cookies": lambda size: "a" + "\r\nCookie: a=b" * min(98, size // 12),
    "lengths": lambda size: "a" + "\r\nContent-Length: 0" * min(9, size // 19),
}
