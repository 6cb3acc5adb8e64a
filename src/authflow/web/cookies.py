"""The two cookies, as CONTRACT.md, section 4 writes them (OWASP ASVS 3.3)."""

from dataclasses import dataclass

from werkzeug.http import dump_cookie

from authflow.config import Config


@dataclass(frozen=True)
class Cookies:
    access_name: str
    refresh_name: str
    is_secure: bool
    same_site: str
    domain: str | None

    @classmethod
    def of(cls, config: Config) -> "Cookies":
        # Browsers take no `Secure` cookie from http://localhost everywhere, and no `None` without it anywhere.
        is_secure = not config.development or config.cookie_samesite == "None"
        prefix = "" if not is_secure else "__Secure-" if config.cookie_domain else "__Host-"
        return cls(
            f"{prefix}authflow-access",
            f"{prefix}authflow-refresh",
            is_secure,
            config.cookie_samesite,
            config.cookie_domain,
        )

    def made(self, name: str, token: str, max_age: int) -> str:
        """The value of a `Set-Cookie` header; `max_age` in seconds."""
        return dump_cookie(
            name,
            token,
            max_age=max_age,
            sync_expires=False,
            path="/",
            domain=self.domain,
            secure=self.is_secure,
            httponly=True,
            samesite=self.same_site,
            # Kept apart for each site that embeds this one (CHIPS): all that browsers allow a third party.
            partitioned=self.same_site == "None",
        )

    def cleared(self) -> list[str]:
        """A browser drops a cookie only if every attribute is repeated."""
        return [self.made(name, "", max_age=0) for name in (self.access_name, self.refresh_name)]
