"""Cookies: whether those of the API will come back from the front end's pages, and what to do if not."""

from collections.abc import Iterator

from authflow.config import Config
from authflow.doctor.finding import Finding, ok, problem
from authflow.domain.cookie_site import Origin, platform_suffix, registered_name

IN_THE_BODY = 'keep the refresh token in the body (delivery "body", the default), which needs no cookie'


def findings_of_cookies(config: Config, front: Origin, api: Origin | None) -> Iterator[Finding]:
    yield _cors(config, front)
    if api is None:
        yield problem("cookies", "where browsers reach this API cannot be known here: say it, --api https://…")
        return
    # Where the front end passes calls on, this service is asked by another name.
    if config.trusted_hosts and api != front:
        yield _host(config, api)
    yield _https(config, front, api)
    yield _domain(config, front, api)


def _cors(config: Config, front: Origin) -> Finding:
    if front.url in config.cors_origins:
        return ok("origin", f"{front.url} may call")
    return problem("origin", f"{front.url} is refused: add it to CORS_ORIGINS (or set it as FRONTEND_URL)")


def _host(config: Config, api: Origin) -> Finding:
    netloc = api.url.partition("://")[2]
    if not {netloc, api.host}.isdisjoint(config.trusted_hosts):
        return ok("host", f"{netloc} is answered")
    return problem("host", f"{netloc} is answered 400: add it to TRUSTED_HOSTS")


def _https(config: Config, front: Origin, api: Origin) -> Finding:
    if api.scheme == "http" and not config.development:
        return problem("https", f"a browser keeps no Secure cookie from {api.url}: serve the API over https")
    for each in (front, api):
        if each.scheme == "http" and not each.is_here:
            return problem("https", f"{each.url} can be read and changed on its way: serve it over https")
    return ok("https", "everywhere but on this machine")


def _domain(config: Config, front: Origin, api: Origin) -> Finding:
    shared = config.cookie_domain
    if shared and not (f".{api.host}".endswith(f".{shared}") and registered_name(shared)):
        return problem("cookies", f"{api.host} may set none for {shared}: correct COOKIE_DOMAIN, or leave it out")
    if front.site == api.site:
        return ok("cookies", f"will work: {front.host} and {api.host} are one site, {api.site.name}")
    if front.site.name == api.site.name:
        return problem("cookies", "will not work: http and https are two sites; serve both over https")
    # COOKIE_SAMESITE=None partitions them, which some browsers let through and some do not.
    will = "work in some browsers only" if config.cookie_samesite == "None" else "will not work"
    told = f"{will}: {_strangers(front, api)}; {_way_out(front, api)}"
    if shared or config.cookie_samesite != "Lax":
        return problem("cookies", told)
    # Nobody who keeps tokens in bodies needs any.
    return ok("cookies", f"for tokens in bodies, the default, none is needed; they {told}")


def _strangers(front: Origin, api: Origin) -> str:
    told = f"{front.host} and {api.host} are two sites"
    suffixes = sorted({suffix for each in (front, api) if (suffix := platform_suffix(each.host))})
    if not suffixes:
        return told
    are = "are public suffixes" if len(suffixes) > 1 else "is a public suffix"
    return f"{told} ({' and '.join(suffixes)} {are}, as com is)"


def _way_out(front: Origin, api: Origin) -> str:
    """The best of three that these two can take, then the others."""
    rewrite = f"have {front.host} pass /api/* on to {api.url} (a rewrite)"
    if front.is_here:
        return f"{rewrite}, as the development server's proxy does; or {IN_THE_BODY}"
    return f"{_one_domain(front, api)}; or {rewrite}; or {IN_THE_BODY}"


def _one_domain(front: Origin, api: Origin) -> str:
    if own := _own_domain(front):
        return f"serve the API from api.{own}"
    if own := _own_domain(api):
        return f"serve the front end from app.{own}"
    return "serve both from one domain of your own, such as app.example.com and api.example.com"


def _own_domain(origin: Origin) -> str | None:
    return None if platform_suffix(origin.host) else registered_name(origin.host)
