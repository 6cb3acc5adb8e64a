"""A request as it was read, before anybody asks what it means."""

from dataclasses import dataclass, field

from authflow.server.malformed_request import NO_REQUEST, UNKNOWN_CODING, UNMET_EXPECTATION

VERSIONS = {"1.0", "1.1"}
CONTINUE = "100-continue"
# Of two of these one reader would take the first, and the next the other (RFC 9112, sections 3.2 and 11.2).
ONCE_ONLY = {"HOST", "CONTENT-LENGTH", "TRANSFER-ENCODING"}


@dataclass(slots=True)
class Request:
    """Its header names as they came, but in capitals; of the body what has come."""

    method: str = ""
    target: bytes = b""
    version: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    # Whether the connection may go on after its answer.
    is_kept_alive: bool = False
    # Whether the rest of the body did not come, or is none.
    is_broken: bool = False

    @property
    def has_body(self) -> bool:
        return "CONTENT-LENGTH" in self.headers or "TRANSFER-ENCODING" in self.headers

    def add(self, name: str, value: str) -> None:
        """A header; those of one name are joined (RFC 9110, section 5.3; cookies: RFC 9113, section 8.2.3)."""
        # `X_Forwarded_For` would be taken for what a proxy says.
        if "_" in name:
            return
        before = self.headers.get(name)
        if before is None:
            self.headers[name] = value
        elif name in ONCE_ONLY:
            raise NO_REQUEST
        else:
            self.headers[name] = f"{before}{'; ' if name == 'COOKIE' else ', '}{value}"

    def refuse_unknown(self) -> None:
        """Raises MalformedRequest for a version, a coding or an expectation that is none of ours."""
        if self.version not in VERSIONS:
            raise NO_REQUEST
        coding = self.headers.get("TRANSFER-ENCODING")
        if coding is not None and self.version == "1.0":
            raise NO_REQUEST
        if coding is not None and coding.lower() != "chunked":
            raise UNKNOWN_CODING
        if self.headers.get("EXPECT", CONTINUE).lower() != CONTINUE:
            raise UNMET_EXPECTATION

    @property
    def waits_for_leave(self) -> bool:
        """Whether its sender waits to hear that it may send the body (RFC 9110, section 10.1.1)."""
        return "EXPECT" in self.headers and self.version == "1.1"
