"""Recovering a password, on the wire."""

from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from authflow.domain.email_address import EmailAddress
from authflow.web.schemas.fields import Email, MailedSecret, Password
from authflow.web.schemas.shapes import In


@dataclass(frozen=True, slots=True)
class Forgotten:
    email: EmailAddress


class ForgotIn(In):
    """`userEmail` is how the article series calls it."""

    makes = Forgotten
    forms = (frozenset({"email"}), frozenset({"userEmail"}))
    email = Email()
    user_email = Email(data_key="userEmail")

    @validates_schema(pass_original=True, skip_on_field_errors=True)
    def _exactly_one(self, _data: dict[str, Any], original: dict[str, Any], **_options: Any) -> None:
        if len(original) != 1:
            raise ValidationError({"email": ["Give one of email and userEmail."]})

    @post_load
    def make(self, fields: dict[str, Any], **_options: Any) -> Forgotten:
        return Forgotten(*fields.values())


@dataclass(frozen=True, slots=True)
class Reset:
    """By the link's `token`, or by `email` and `otp`."""

    password: str
    token: str | None = None
    email: EmailAddress | None = None
    otp: str | None = None


class ResetIn(In):
    makes = Reset
    forms = (frozenset({"token"}), frozenset({"email", "otp"}))
    token = MailedSecret()
    email = Email()
    otp = MailedSecret()
    password = Password()

    @validates_schema(skip_on_field_errors=True)
    def _one_proof(self, data: dict[str, Any], **_options: Any) -> None:
        if frozenset(data.keys() - {"password"}) not in self.forms:
            raise ValidationError({"token": ["Give a token, or an email and its otp."]})
