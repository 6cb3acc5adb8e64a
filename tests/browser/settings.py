"""Where the front end and the API can live, and what the operator sets for it, as README and `doctor` advise."""

from dataclasses import dataclass

VERCEL = "front.vercel.app"
RENDER = "api.onrender.com"


@dataclass(frozen=True)
class Setting:
    """`page` and `api` are hosts as the browser knows them; equal ones: the page's passes `/api` on to the API."""

    name: str
    page: str
    api: str
    delivery: str
    cookies: tuple[tuple[str, str], ...] = ()

    @property
    def is_rewrite(self) -> bool:
        return self.page == self.api

    @property
    def api_host(self) -> str:
        """What the API itself is asked as."""
        return RENDER if self.is_rewrite else self.api

    @property
    def environment(self) -> dict[str, str]:
        return {
            "FRONTEND_URL": f"https://{self.page}",
            "TRUSTED_HOSTS": self.api_host,
            # The platform's own, and one more for a rewrite.
            "TRUSTED_PROXIES": "2" if self.is_rewrite else "1",
            **dict(self.cookies),
        }

    @property
    def url(self) -> str:
        return f"https://{self.page}/?api=https://{self.api}&delivery={self.delivery}"


def one_site(name: str, delivery: str, **cookies: str) -> Setting:
    return Setting(name, "app.example.test", "api.example.test", delivery, tuple(cookies.items()))


def rewrite(name: str, delivery: str) -> Setting:
    return Setting(name, VERCEL, VERCEL, delivery)


def two_sites(name: str, delivery: str, **cookies: str) -> Setting:
    return Setting(name, VERCEL, RENDER, delivery, tuple(cookies.items()))
