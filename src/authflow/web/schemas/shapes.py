"""The two shapes of a body: what comes in becomes a frozen dataclass, what goes out says `success`."""

from dataclasses import dataclass
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validates_schema


@dataclass(frozen=True, slots=True)
class Form:
    """What is made where these fields are given, as they are called on the wire."""

    makes: type
    fields: frozenset[str]


class In(Schema):
    """Unknown fields are refused: no caller assigns what was not asked for (OWASP mass assignment)."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "It is not known here."}  # noqa: RUF012, marshmallow's own

    # One of the two: what is made whatever is given, or what is made of each form that the body may have.
    makes: ClassVar[type]
    forms: ClassVar[tuple[Form, ...]] = ()
    # The field that is told, and why, where a body has none of the forms.
    no_form: ClassVar[tuple[str, str]]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # One of several forms may be needed where no single field is.
        self.needs_fields = bool(self.validate({}))
        # On the wire.
        self.names = frozenset(field.data_key or name for name, field in self.load_fields.items())

    @validates_schema(pass_original=True, skip_on_field_errors=True)
    def _has_one_form(self, _data: dict[str, Any], original: dict[str, Any], **_options: Any) -> None:
        if self.forms and self._find_form(original) is None:
            field, reason = self.no_form
            raise ValidationError({field: [reason]})

    @post_load(pass_original=True)
    def make(self, fields: dict[str, Any], original: dict[str, Any], **_options: Any) -> Any:
        form = self._find_form(original)
        return form.makes(**fields) if form else self.makes(**fields)

    def _find_form(self, original: dict[str, Any]) -> Form | None:
        """Fields of no form at all go with each of them."""
        of_forms = frozenset[str]().union(*(form.fields for form in self.forms))
        given = of_forms & original.keys()
        return next((form for form in self.forms if form.fields == given), None)


class Shown(Schema):
    """Part of an answer: of a dataclass or a mapping, whose fields have the same names."""

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Without marshmallow's way to parts of parts, which takes longer than all the rest."""
        return obj.get(attr, default) if isinstance(obj, dict) else getattr(obj, attr, default)


class Out(Shown):
    success = fields.Constant(True, required=True, metadata={"type": "boolean", "enum": [True]})


class MessageOut(Out):
    message = fields.String(required=True)
