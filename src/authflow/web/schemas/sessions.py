"""Sessions and their tokens on the wire."""

from dataclasses import dataclass

from marshmallow import fields, validate

from authflow.domain.email_address import EmailAddress
from authflow.web.schemas.accounts import User
from authflow.web.schemas.fields import Email, Password
from authflow.web.schemas.shapes import In, Out


@dataclass(frozen=True, slots=True)
class Login:
    email: EmailAddress
    password: str
    delivery: str


class LoginIn(In):
    makes = Login
    email = Email(required=True)
    password = Password()
    delivery = fields.String(load_default="body", validate=validate.OneOf(["body"]))


@dataclass(frozen=True, slots=True)
class RefreshTokenInBody:
    refresh_token: str | None = None


class RefreshTokenIn(In):
    makes = RefreshTokenInBody
    refresh_token = fields.String(data_key="refreshToken", load_only=True)


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


class NothingIn(In):
    makes = Nothing


class TokenPairOut(Out):
    access = fields.String(required=True, data_key="accessToken")
    refresh = fields.String(required=True, data_key="refreshToken")
    token_type = fields.Constant("Bearer", data_key="tokenType", metadata={"type": "string"})
    expires_in = fields.Integer(
        required=True, data_key="expiresIn", metadata={"description": "seconds", "example": 900}
    )


class LoggedInOut(TokenPairOut):
    user = fields.Nested(User, required=True)
