"""The kinds of fields that bodies are made of, on top of marshmallow's."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from marshmallow import ValidationError, fields, validate

from authflow.domain.email_address import EmailAddress, NotAnEmail
from authflow.domain.password_policy import is_text
from authflow.domain.session import Delivery
from authflow.domain.timestamp import utc_text
from authflow.domain.username import MAX_CHARACTERS, NotAUsername, parse_username


class Text(fields.String):
    """As marshmallow's, in words for people."""

    default_error_messages = {  # noqa: RUF012, marshmallow's own
        "required": "It is missing.",
        "null": "It must be a text.",
        "invalid": "It must be a text.",
    }


class Parsed(Text):
    """Becomes what `parse` makes of it; `refusal` is what that raises, and says for people what is wrong."""

    def __init__(
        self, parse: Callable[[str], object], refusal: type[ValueError], described: dict[str, Any], **options: Any
    ) -> None:
        super().__init__(**options, metadata=described)
        self._parse = parse
        self._refusal = refusal

    def _deserialize(self, *arguments: Any, **options: Any) -> Any:
        try:
            return self._parse(super()._deserialize(*arguments, **options))
        except self._refusal as error:
            raise ValidationError(str(error)) from None


# Of several schemas, so described once.
Email = partial(Parsed, EmailAddress.parse, NotAnEmail, {"format": "email", "example": "ada@example.com"})
Username = partial(
    Parsed, parse_username, NotAUsername, {"minLength": 1, "maxLength": MAX_CHARACTERS, "example": "Ada"}
)


class Password(Text):
    """Any text; the policy is asked by the service that sets one, and never at login."""

    def __init__(self, *, required: bool = True, **options: Any) -> None:
        described = {"format": "password", "example": "correct horse battery staple"}
        super().__init__(
            **options,
            required=required,
            load_only=True,
            validate=validate.Length(min=1, error="It must not be empty."),
            metadata=described,
        )

    def _deserialize(self, *arguments: Any, **options: Any) -> Any:
        password = super()._deserialize(*arguments, **options)
        if not is_text(password):
            raise ValidationError("It has characters that cannot be stored: NUL, or a lone surrogate.")
        return password


class DeliveryField(Text):
    """How the tokens of a new session travel."""

    def __init__(self) -> None:
        choices = [str(each) for each in Delivery]
        # Told by the validator too, for the description's sake.
        self._one_of = validate.OneOf(choices, error="It must be one of: {choices}.")
        super().__init__(load_default=Delivery.BODY, validate=self._one_of)

    def _deserialize(self, *arguments: Any, **options: Any) -> Any:
        return Delivery(self._one_of(super()._deserialize(*arguments, **options)))


class MailedSecretField(Text):
    """The token of a link, or a code: any text, as one that is no live secret has an answer of its own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, load_only=True)


class Moment(fields.String):
    """A time in UTC, to the second (RFC 3339)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, metadata={"format": "date-time", "example": "2026-01-31T09:30:00Z"})

    def _serialize(self, value: datetime, *_arguments: Any, **_options: Any) -> str:
        return utc_text(value)
