"""Proving a mailbox, on the wire."""

from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from authflow.domain.email_address import EmailAddress
from authflow.web.schemas.fields import Delivery, Email, MailedSecret, Password
from authflow.web.schemas.shapes import In, MessageOut


@dataclass(frozen=True, slots=True)
class Proof:
    delivery: str
    registration_id: str | None = None
    token: str | None = None
    otp: str | None = None
    password: str | None = None


class ProofIn(In):
    makes = Proof
    forms = (
        frozenset({"registrationId", "otp"}),
        frozenset({"registrationId", "token"}),
        frozenset({"token", "password"}),
        frozenset({"token"}),
    )
    registration_id = MailedSecret(data_key="registrationId")
    token = MailedSecret()
    otp = MailedSecret()
    password = Password(required=False)
    delivery = Delivery()

    @validates_schema(pass_original=True, skip_on_field_errors=True)
    def _one_form(self, _data: dict[str, Any], original: dict[str, Any], **_options: Any) -> None:
        if frozenset(original.keys() - {"delivery"}) not in self.forms:
            raise ValidationError(
                {"token": ["Give registrationId with otp or token, or a token with the password."]}
            )


@dataclass(frozen=True, slots=True)
class AskedAgain:
    registration_id: str | None = None
    email: EmailAddress | None = None


class AskedAgainIn(In):
    makes = AskedAgain
    forms = (frozenset({"registrationId"}), frozenset({"email"}))
    registration_id = MailedSecret(data_key="registrationId")
    email = Email()

    @validates_schema(pass_original=True, skip_on_field_errors=True)
    def _exactly_one(self, _data: dict[str, Any], original: dict[str, Any], **_options: Any) -> None:
        if len(original) != 1:
            raise ValidationError({"registrationId": ["Give one of registrationId and email."]})


@dataclass(frozen=True, slots=True)
class EmailChange:
    new: EmailAddress
    password: str


class EmailChangeIn(In):
    makes = EmailChange
    new = Email(required=True, data_key="newEmail")
    password = Password()


class ProofAskedOut(MessageOut):
    registration_id = fields.String(
        required=True,
        data_key="registrationId",
        metadata={"description": "keep it: with the mailed code or link it proves the email"},
    )
