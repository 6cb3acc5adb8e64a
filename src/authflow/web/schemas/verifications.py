"""Proving a mailbox, on the wire."""

from dataclasses import dataclass

from marshmallow import fields

from authflow.domain.email_address import EmailAddress
from authflow.domain.session import Delivery
from authflow.web.schemas.fields import DeliveryField, Email, MailedSecretField, Password
from authflow.web.schemas.shapes import Form, In, MessageOut


@dataclass(frozen=True, slots=True)
class VerificationByCode:
    registration_id: str
    otp: str
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class VerificationByLink:
    registration_id: str
    token: str
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class VerificationElsewhere:
    """In another browser than the one that asked, where no registrationId is."""

    token: str
    delivery: Delivery
    password: str | None = None


VerificationGiven = VerificationByCode | VerificationByLink | VerificationElsewhere


class VerificationIn(In):
    forms = (
        Form(VerificationByCode, frozenset({"registrationId", "otp"})),
        Form(VerificationByLink, frozenset({"registrationId", "token"})),
        Form(VerificationElsewhere, frozenset({"token", "password"})),
        Form(VerificationElsewhere, frozenset({"token"})),
    )
    no_form = ("token", "Give registrationId with otp or token, or a token with the password.")
    registration_id = MailedSecretField(data_key="registrationId")
    token = MailedSecretField()
    otp = MailedSecretField()
    password = Password(required=False)
    delivery = DeliveryField()


@dataclass(frozen=True, slots=True)
class AskedAgainById:
    registration_id: str


@dataclass(frozen=True, slots=True)
class AskedAgainByEmail:
    email: EmailAddress


AskedAgain = AskedAgainById | AskedAgainByEmail


class AskedAgainIn(In):
    forms = (
        Form(AskedAgainById, frozenset({"registrationId"})),
        Form(AskedAgainByEmail, frozenset({"email"})),
    )
    no_form = ("registrationId", "Give one of registrationId and email.")
    registration_id = MailedSecretField(data_key="registrationId")
    email = Email()


@dataclass(frozen=True, slots=True)
class EmailChange:
    new: EmailAddress
    password: str


class EmailChangeIn(In):
    makes = EmailChange
    new = Email(required=True, data_key="newEmail")
    password = Password()


class VerificationRequestedOut(MessageOut):
    registration_id = fields.String(
        required=True,
        data_key="registrationId",
        metadata={"description": "keep it: with the mailed code or link it proves the email"},
    )
