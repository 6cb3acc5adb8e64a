"""Accounts on the wire."""

from dataclasses import dataclass

from marshmallow import fields

from authflow.domain.email_address import EmailAddress
from authflow.domain.user import ProfileChange
from authflow.web.schemas.fields import Email, Moment, Password, Username
from authflow.web.schemas.shapes import In, Out, Shown


@dataclass(frozen=True, slots=True)
class Registration:
    username: str
    email: EmailAddress
    password: str


class RegisterIn(In):
    makes = Registration
    username = Username(required=True)
    email = Email(required=True)
    password = Password()


class ProfileIn(In):
    makes = ProfileChange
    username = Username(required=True)


@dataclass(frozen=True, slots=True)
class PasswordChange:
    current: str
    new: str


class PasswordChangeIn(In):
    makes = PasswordChange
    current = Password(data_key="currentPassword")
    new = Password(data_key="newPassword")


@dataclass(frozen=True, slots=True)
class Deletion:
    password: str


class DeletionIn(In):
    makes = Deletion
    password = Password()


class User(Shown):
    """What the world may know of an account: never a hash, a token or a counter."""

    id = fields.Integer(required=True)
    username = fields.String(required=True)
    email = fields.String(required=True)
    email_verified = fields.Boolean(required=True, data_key="emailVerified")
    role = fields.String(required=True)
    created_at = Moment(required=True, data_key="createdAt")


class UserOut(Out):
    user = fields.Nested(User, required=True)
