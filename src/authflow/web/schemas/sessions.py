"""Sessions and their tokens on the wire."""

from dataclasses import dataclass

from marshmallow import fields, validate

from authflow.domain.email_address import EmailAddress
from authflow.domain.session import Delivery
from authflow.web.schemas.accounts import User
from authflow.web.schemas.fields import DeliveryField, Email, Password, Text
from authflow.web.schemas.shapes import In, Out


@dataclass(frozen=True, slots=True)
class Login:
    email: EmailAddress
    password: str
    delivery: Delivery


class LoginIn(In):
    makes = Login
    email = Email(required=True)
    password = Password()
    delivery = DeliveryField()


@dataclass(frozen=True, slots=True)
class RefreshTokenInBody:
    refresh_token: str | None = None


class RefreshTokenIn(In):
    makes = RefreshTokenInBody
    refresh_token = Text(data_key="refreshToken", load_only=True)


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


class NothingIn(In):
    makes = Nothing


class LoggedInOut(Out):
    """What is in a cookie is not here; so by `delivery` the first three may be missing."""

    access = fields.String(data_key="accessToken")
    refresh = fields.String(data_key="refreshToken")
    token_type = fields.String(data_key="tokenType", validate=validate.OneOf(["Bearer"]))
    expires_in = fields.Integer(
        required=True, data_key="expiresIn", metadata={"description": "seconds", "example": 900}
    )
    user = fields.Nested(User, required=True)
