"""Why something failed, in a few words that hold nothing of what a person typed."""

from pathlib import PurePath
from traceback import extract_tb

from procrastinate.exceptions import ConnectorException

from authflow.errors import AuthflowError
from authflow.mail.sender import MailNotSent
from authflow.services.sweeping import SweepIncomplete
from authflow.worker.delivery import OfAnotherRelease, TooOld


def reason_of(error: BaseException) -> str:
    """Of a defect only what and where: its message may hold an email, and so may its traceback."""
    if isinstance(error, MailNotSent | TooOld | OfAnotherRelease | SweepIncomplete):
        return str(error)
    if isinstance(error, AuthflowError):
        return type(error).__name__
    if isinstance(error, ConnectorException):
        return type(error.__cause__ or error).__name__
    frames = extract_tb(error.__traceback__)
    where = f" in {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
