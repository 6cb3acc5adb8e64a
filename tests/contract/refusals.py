"""What a refusal says, in the fewest words that two of them can be compared by."""

from werkzeug.test import TestResponse


def outcome(answer: TestResponse) -> tuple[int, str | None]:
    return answer.status_code, answer.get_json().get("code")


def is_refused_for(answer: TestResponse, name: str) -> bool:
    """Whether it was refused for that field and no other."""
    return outcome(answer) == (422, "validation_failed") and list(answer.get_json()["errors"]) == [name]
