"""An application that fails as no handler of errors sees it: `gunicorn tests.server.breaking:app`."""


def app(environ, start_response):
    if environ["PATH_INFO"] == "/break":
        # As a library in another language may end a call.
        raise KeyboardInterrupt
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
