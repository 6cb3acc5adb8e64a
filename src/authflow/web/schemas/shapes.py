"""The two shapes of a body: what comes in becomes a frozen dataclass, what goes out says `success`."""

from typing import Any, ClassVar

from marshmallow import RAISE, Schema, fields, post_load


class In(Schema):
    """Unknown fields are refused: no caller assigns what was not asked for (OWASP mass assignment)."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "It is not known here."}  # noqa: RUF012, marshmallow's own

    makes: ClassVar[type]
    # Of the fields that are not required by themselves, exactly one of these sets is given (as on the wire).
    forms: ClassVar[tuple[frozenset[str], ...]] = ()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # One of several forms may be needed where no single field is.
        self.needs_fields = bool(self.validate({}))
        # On the wire.
        self.names = frozenset(field.data_key or name for name, field in self.load_fields.items())

    @post_load
    def make(self, fields: dict[str, Any], **_options: Any) -> Any:
        return self.makes(**fields)


class Out(Schema):
    success = fields.Constant(True, required=True, metadata={"type": "boolean", "enum": [True]})


class MessageOut(Out):
    message = fields.String(required=True)
