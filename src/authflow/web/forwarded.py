"""Whose request it is, by the proxies in front; and what the log says when their number cannot be right."""

import ipaddress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from authflow.domain.device import readable_ip
from authflow.log import log_event, log_warning

HEADER = "HTTP_X_FORWARDED_FOR"
API = "/api/"
# Of what came, so much is told.
SHOWN_CHARACTERS = 100
# Of a private network or this machine (RFC 1918, 6598, 3927, 4193, 4291).
INSIDE = [
    ipaddress.ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
]


@dataclass
class Forwarded:
    trusted_proxies: int
    _said: set[str] = field(default_factory=set[str], init=False)

    def ip(self, environ: dict[str, Any]) -> str | None:
        """The N-th address from the right of X-Forwarded-For, which is what our outermost proxy saw.

        Taken apart at every comma: Werkzeug's ProxyFix lets a quotation mark of the caller's hide one.
        """
        header: str = environ.get(HEADER, "")
        if not self.trusted_proxies:
            if HEADER in environ:
                self._say_once("forwarded_header_ignored", "behind a proxy, set TRUSTED_PROXIES to their number")
            return environ.get("REMOTE_ADDR")
        entries = header.split(",") if header else []
        if len(entries) < self.trusted_proxies:
            # Whoever asks for `/health` or `/metrics` may rightly come past every proxy.
            if environ["PATH_INFO"].startswith(API):
                self._say_too_large(entries, header)
            return environ.get("REMOTE_ADDR")
        entry = entries[-self.trusted_proxies].strip()
        self._look_at(entry, entries, header)
        return entry

    def _say_too_large(self, entries: list[str], header: str) -> None:
        self._say_once(
            "trusted_proxies_too_large",
            "there are fewer entries than proxies: TRUSTED_PROXIES is too large, or this caller came past one",
            entries=len(entries),
            seen=_shown(header),
        )

    def _look_at(self, entry: str, entries: list[str], header: str) -> None:
        ip = readable_ip(entry)
        if ip is None:
            self._say_once(
                "forwarded_address_unreadable",
                "what is no address shares one limit: have the outermost proxy write the caller's IP",
                seen=_shown(entry),
            )
        elif _is_inside(ip):
            self._say_once(
                "trusted_proxies_too_small",
                "a caller has a private address: if that is a proxy of yours, add one to TRUSTED_PROXIES",
                ip=ip,
                seen=_shown(header),
            )
        elif len(entries) > self.trusted_proxies and "forwarded_chain_longer" not in self._said:
            # Any caller can write entries of its own, so this alone is no fault.
            self._said.add("forwarded_chain_longer")
            log_event(
                "forwarded_chain_longer",
                hint="if the ip of your own requests is not yours, add one to TRUSTED_PROXIES",
                trusted_proxies=self.trusted_proxies,
                entries=len(entries),
                seen=_shown(header),
            )

    def _say_once(self, event: str, hint: str, **seen: object) -> None:
        if event not in self._said:
            self._said.add(event)
            log_warning(event, hint=hint, trusted_proxies=self.trusted_proxies, **seen)


@lru_cache(maxsize=1_024)
def _is_inside(ip: str) -> bool:
    address = ipaddress.ip_address(ip)
    return any(address in network for network in INSIDE)


def _shown(text: str) -> str:
    """The end, which our proxies wrote; printable, and no email that somebody put there."""
    words = ["…@…" if "@" in word else word for word in text[-SHOWN_CHARACTERS:].split(",")]
    return "".join(char if " " <= char <= "~" or char == "…" else "?" for char in ",".join(words))
