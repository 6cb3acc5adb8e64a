"""Where a request comes from, as far as it can be told."""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache

from authflow.domain.device_name import device_name

# Longer ones exist only to fill tables.
USER_AGENT_MAX_CHARACTERS = 400
# One subscriber has at least a /64 of IPv6: a limit by single address would limit nobody. Some have a /56 or /48,
# which is 256 or 65,536 of them; these may do so many times as much as a /64.
IPV6_NETWORK_BITS = 64
WIDE_IPV6_NETWORKS = {56: 4, 48: 16}
# The bucket of all whose address cannot be read: they share a limit instead of escaping it.
UNKNOWN_NETWORK = "unknown"
# The longest that is one: brackets, 45 of an IPv6 address, a zone, a port.
ADDRESS_MAX_CHARACTERS = 80
PORT = re.compile("[0-9]{1,5}")
BRACKETS = re.compile(r"\[([^\[\]]*)\](?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Device:
    ip: str | None
    user_agent: str

    @classmethod
    def seen(cls, ip: str | None, user_agent: str) -> "Device":
        if not user_agent.isprintable():
            user_agent = "".join(char for char in user_agent if char.isprintable())
        return cls(readable_ip(ip), user_agent[:USER_AGENT_MAX_CHARACTERS])

    @property
    def name(self) -> str:
        """For people: "Firefox on Linux". No word of it is the caller's own."""
        return device_name(self.user_agent)

    @property
    def network(self) -> str:
        """What a limit counts: the IPv4 address, or the /64 of an IPv6 one."""
        if self.ip is None:
            return UNKNOWN_NETWORK
        return self.ip if ":" not in self.ip else _network(self.ip, IPV6_NETWORK_BITS)

    @property
    def networks(self) -> dict[str, int]:
        """That one, then the wider ones that it is in, with how many times as much each of them may do."""
        narrow, ip = {self.network: 1}, self.ip
        if ip is None or ":" not in ip:
            return narrow
        return narrow | {_network(ip, bits): factor for bits, factor in WIDE_IPV6_NETWORKS.items()}

    @property
    def bounds(self) -> tuple[str, str] | None:
        """The first and the last address of its network."""
        if self.ip is None:
            return None
        network = ipaddress.ip_network(self.network)
        return str(network[0]), str(network[-1])


@lru_cache(maxsize=1_024)
def _network(ip: str, bits: int) -> str:
    return str(ipaddress.ip_network(f"{ip}/{bits}", strict=False))


def readable_ip(text: str | None) -> str | None:
    """An address as proxies write it, with or without port, brackets and zone; None for what is none."""
    return _read(text.strip()) if text and len(text) <= ADDRESS_MAX_CHARACTERS else None


@lru_cache(maxsize=1_024)
def _read(text: str) -> str | None:
    if match := BRACKETS.fullmatch(text):
        return _plain(match[1], 6)
    host, colon, port = text.rpartition(":")
    # An IPv6 address holds colons itself: what is one as it stands has no port.
    return _plain(text) or (_plain(host) if colon and PORT.fullmatch(port) else None)


def _plain(text: str, version: int | None = None) -> str | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if version not in {None, address.version}:
        return None
    # ::ffff:192.0.2.1 is an IPv4 caller behind a dual-stack socket.
    return str(getattr(address, "ipv4_mapped", None) or address)
