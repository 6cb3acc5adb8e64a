"""What `/openapi.json` says: the operations with their fields, and which answers are theirs."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from tests.hostile.wire import Answer

# Of gunicorn itself, to what is not HTTP, too long a line of it, or a part of HTTP that it does not know (501).
OF_THE_SERVER = {(status, "close") for status in (400, 414, 417, 431, 501)}
PROMISED = ("x-request-id", "cache-control", "x-content-type-options", "content-security-policy")


@dataclass(frozen=True)
class Operation:
    """`fields` are those of its body."""

    method: str
    path: str
    fields: tuple[str, ...]
    required: frozenset[str]
    in_query: tuple[str, ...]
    is_guarded: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Description:
    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._validators: dict[tuple[str, int], Draft202012Validator | None] = {}
        self.operations = [
            self._operation(method, path, content)
            for path, methods in document["paths"].items()
            for method, content in methods.items()
        ]
        self._error = self._validator({"$ref": "#/components/schemas/Error"})

    def fault_of(self, method: str, operation: Operation | None, answer: "Answer") -> str | None:
        """What is wrong with this answer."""
        if missing := [name for name in PROMISED if name not in answer.headers]:
            return f"without {missing}"
        if answer.is_ours and answer.status >= 500 and not is_busy(answer):
            return f"{answer.status}"
        if not answer.is_ours and (answer.status, answer.headers.get("connection")) not in OF_THE_SERVER:
            return f"{answer.status} of the server"
        if "x-injected" in answer.headers or not answer.headers.get("server", "authflow").startswith("authflow"):
            return f"headers {answer.headers}"
        if method == "HEAD" or answer.status == 204:
            return None if not answer.body else "a body that should be none"
        return self._fault_of_body(operation if answer.is_ours else None, answer)

    def _fault_of_body(self, operation: Operation | None, answer: "Answer") -> str | None:
        if operation is None and answer.status < 400:
            return None
        validator = self._validator_of(operation, answer.status) if operation else self._error
        if validator is None:
            return f"{answer.status} is not declared"
        if answer.content is None:
            return f"no JSON, but {answer.headers.get('content-type')}"
        error = next(validator.iter_errors(answer.content), None)
        return f"{answer.status} of another shape: {error.message[:200]}" if error else None

    def _validator_of(self, operation: Operation, status: int) -> Draft202012Validator | None:
        key = str(operation), status
        if key not in self._validators:
            declared = self._document["paths"][operation.path][operation.method.lower()]["responses"]
            answer = declared.get(str(status))
            self._validators[key] = (
                self._validator(answer["content"]["application/json"]["schema"]) if answer else None
            )
        return self._validators[key]

    def _validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        return Draft202012Validator({**schema, "components": self._document["components"]})

    def _operation(self, method: str, path: str, content: dict[str, Any]) -> Operation:
        parameters = content.get("parameters", ())
        body = content.get("requestBody")
        schema = self._document["components"]["schemas"][_name_of(body)] if body else {}
        return Operation(
            method.upper(),
            path,
            tuple(schema.get("properties", ())),
            frozenset(schema.get("required", ())),
            tuple(each["name"] for each in parameters if each["in"] == "query"),
            # Where nothing at all is one of the ways, the token may stand in the body.
            {"bearer": []} in content.get("security", ()) and {} not in content["security"],
        )


def is_busy(answer: "Answer") -> bool:
    """The 503 of a queue that is full."""
    return answer.status == 503 and answer.code == "unavailable"


def _name_of(body: dict[str, Any]) -> str:
    [found] = re.findall(r"/(\w+)$", body["content"]["application/json"]["schema"]["$ref"])
    return found
