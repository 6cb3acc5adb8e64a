"""Recovering a password, on the wire."""

from dataclasses import dataclass
from typing import Any

from marshmallow import post_load

from authflow.domain.email_address import EmailAddress
from authflow.web.schemas.fields import Email, MailedSecretField, Password
from authflow.web.schemas.shapes import Form, In


@dataclass(frozen=True, slots=True)
class Forgotten:
    email: EmailAddress


class ForgotIn(In):
    """`userEmail` is how the article series calls it."""

    forms = (Form(Forgotten, frozenset({"email"})), Form(Forgotten, frozenset({"userEmail"})))
    no_form = ("email", "Give one of email and userEmail.")
    email = Email()
    user_email = Email(data_key="userEmail")

    @post_load
    def make(self, fields: dict[str, Any], **_options: Any) -> Forgotten:
        return Forgotten(*fields.values())


@dataclass(frozen=True, slots=True)
class ResetByLink:
    token: str
    password: str


@dataclass(frozen=True, slots=True)
class ResetByCode:
    email: EmailAddress
    otp: str
    password: str


Reset = ResetByLink | ResetByCode


class ResetIn(In):
    forms = (Form(ResetByLink, frozenset({"token"})), Form(ResetByCode, frozenset({"email", "otp"})))
    no_form = ("token", "Give a token, or an email and its otp.")
    token = MailedSecretField()
    email = Email()
    otp = MailedSecretField()
    password = Password()
