"""The time that sending a mail may take in all: a socket's timeout begins again with every byte."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

from authflow.mail.sender import MailNotSent

# Seconds. A connection attempt or an answer may take so long, and all of it together (the Protocol says 10).
SOCKET_TIMEOUT = 5
IN_ALL = 9.5


def in_time(work: Callable[[], None]) -> None:
    """Raises what `work` raises, and MailNotSent when it takes too long.

    It is left behind then: neither DNS nor a server that answers a byte at a time can be interrupted.
    """
    done: Future[None] = Future()
    # A daemon, so that a mail that hangs keeps no process from ending.
    threading.Thread(target=_work, args=(work, done), name="mail", daemon=True).start()
    try:
        done.result(IN_ALL)
    except TimeoutError:
        raise MailNotSent("it took too long") from None


def _work(work: Callable[[], None], done: Future[None]) -> None:
    try:
        done.set_result(work())
    except BaseException as error:  # noqa: BLE001, it is raised where the mail was to be sent
        done.set_exception(error)
