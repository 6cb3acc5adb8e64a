"""What a browser takes for one site: the part of a host name that somebody registered, and the scheme.

By Mozilla's Public Suffix List (https://publicsuffix.org), as it came with the library. Platforms are on it too:
`vercel.app` and `onrender.com` are suffixes as `com` is, so two of their customers are strangers.
"""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Site:
    """Two of them are equal exactly if a `SameSite` cookie goes from one to the other."""

    scheme: str
    name: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of an address; lower case."""

    url: str

    @property
    def scheme(self) -> str:
        return urlsplit(self.url).scheme

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def site(self) -> Site:
        return Site(self.scheme, registered_name(self.host) or self.host)

    @property
    def is_here(self) -> bool:
        """On this very machine."""
        return self.host in LOOPBACK or self.host.endswith(".localhost")


def registered_name(host: str) -> str | None:
    """`example.com` of `www.example.com`; None for an IP, for `localhost` and for a suffix itself."""
    return None if _is_ip(host) else _suffixes().privatesuffix(host)


def platform_suffix(host: str) -> str | None:
    """`vercel.app` of `app.vercel.app`: under it nobody owns a domain that two services could share."""
    if _is_ip(host):
        return None
    suffix = _suffixes().publicsuffix(host)
    return suffix if suffix != _registries().publicsuffix(host) else None


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


# Some 90 ms each, and hardly anybody asks.
@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=1)
def _registries() -> PublicSuffixList:
    """Without the platforms."""
    return PublicSuffixList(only_icann=True)
