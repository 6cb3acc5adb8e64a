"""What the worker is asked to do: one dataclass a task, whose fields are the job's arguments.

They stand in the database in plain, so they hold no secret and nothing that one can be made of without the key.
Text and numbers only: a job outlives the release that added it. What a later one adds gets a default, as what was
queued before does not say it; what an earlier one does not know is passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

from authflow.domain.device import Device
from authflow.domain.durations import DAY
from authflow.domain.pending_reset import LINK_LIFE


@dataclass(frozen=True, slots=True, kw_only=True)
class MailJob:
    """A mail to be composed and sent. `mail_id` names it to the transport, the same at every attempt."""

    task: ClassVar[str]

    mail_id: str
    ip: str | None = None
    user_agent: str = ""

    @classmethod
    def read(cls, arguments: Mapping[str, Any]) -> Self:
        """Also of another release. Raises TypeError, which names what is missing and quotes nothing."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in arguments.items() if name in known})

    @classmethod
    def caused_by(cls, device: Device, mail_id: str, **fields: Any) -> Self:
        return cls(mail_id=mail_id, ip=device.ip, user_agent=device.user_agent, **fields)

    @property
    def lives_for(self) -> int:
        """Seconds after which it is no longer worth sending."""
        return DAY

    @property
    def device(self) -> Device:
        return Device(self.ip, self.user_agent)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetMail(MailJob):
    """Somebody asked for a new password for this address, known or not; `nonce` is in hexadecimal digits."""

    task: ClassVar[str] = "send_reset_mail"

    email_canonical: str
    nonce: str

    @property
    def lives_for(self) -> int:
        return LINK_LIFE


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeMail(MailJob):
    """Something happened to the account, and its owner is told; the words of each are in `mail/wordings.py`."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChangedMail(NoticeMail):
    task: ClassVar[str] = "send_password_changed_mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeviceMail(NoticeMail):
    task: ClassVar[str] = "send_new_device_mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationMail(MailJob):
    """A sign-up, an account or a change of email is to be proved; both texts are hexadecimal digits.

    The hash is that of the `registrationId`, which no mail holds. `life` is an unproved sign-up's, in seconds;
    releases that did not say it leave it to what is read when the mail is sent.
    """

    task: ClassVar[str] = "send_proof_mail"

    registration_hash: str
    nonce: str
    life: int = DAY

    @property
    def lives_for(self) -> int:
        return self.life


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountVerificationMail(VerificationMail):
    """Somebody asked, by this email, to prove an account that never proved it; there may be none."""

    task: ClassVar[str] = "send_account_proof_mail"

    email_canonical: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChangeAskedMail(MailJob):
    """For the address that the account had when it was asked, whatever it has by now; the new one is masked.

    `was_proved`, here and below: the old one.
    """

    task: ClassVar[str] = "send_email_change_asked_mail"

    user_id: int
    old_email: str
    new_email_masked: str
    was_proved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChangedMail(MailJob):
    """For the old address, which the account has no more."""

    task: ClassVar[str] = "send_email_changed_mail"

    old_email: str
    was_proved: bool = True
