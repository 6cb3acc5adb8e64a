"""Mail over Resend's API, by its own SDK."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from typing import Any

from authflow.mail.deadline import SOCKET_TIMEOUT, in_time
from authflow.mail.safe_mail import plain
from authflow.mail.sender import Mail, MailNotSent

# A status and a name.
Refusal = tuple[str, str]
# https://resend.com/docs/api-reference/errors: the refusals of this mail, which another attempt meets again. Not
# among them: a bad key or sender, which an operator can mend, and what a proxy answers in Resend's place.
FINAL = {
    ("400", "invalid_idempotency_key"),
    ("400", "validation_error"),
    ("422", "invalid_parameter"),
    ("422", "missing_required_field"),
    ("422", "missing_required_fields"),
    ("422", "validation_error"),
}
# The key has been used with another content: the mail was taken, and its template has changed since.
TAKEN_BEFORE = ("409", "invalid_idempotent_request")
# The key is a good one, and may do nothing but what it is for.
MAY_SEND_ONLY = ("401", "restricted_api_key")
UNREADABLE = "Resend's answer could not be read"
# Seconds: whoever asks for more is asked again all the same.
RETRY_AFTER_MAX = 3_600


@dataclass(frozen=True)
class ResendSender:
    api_key: str = field(repr=False)
    api_url: str
    sender: Address

    def send(self, mail: Mail) -> None:
        """Returns once Resend has taken it. Raises MailNotSent, within 10 s."""
        ready = plain(mail)
        in_time(lambda: self._send(ready))

    def check(self) -> None:
        """Asks whether the sender's domain is verified there. Raises MailNotSent, within 10 s."""
        in_time(self._find_domain)

    def _send(self, mail: Mail) -> None:
        params = self._params(mail)
        answer = self._ask(
            lambda resend: resend.Emails.send(params, {"idempotency_key": mail.key}), unless=TAKEN_BEFORE
        )
        if answer is not None and not answer.get("id"):
            raise MailNotSent(UNREADABLE)

    def _find_domain(self) -> None:
        answer = self._ask(lambda resend: resend.Domains.list(), unless=MAY_SEND_ONLY)
        if answer is None:
            return
        try:
            verified = {domain["name"] for domain in answer["data"] if domain["status"] == "verified"}
        except (KeyError, TypeError):
            raise MailNotSent(UNREADABLE) from None
        if self.sender.domain not in verified and not answer.get("has_more"):
            raise MailNotSent(f"at Resend, {self.sender.domain} is no verified domain")

    def _ask(self, call: Callable[[Any], object], unless: Refusal) -> Mapping[str, Any] | None:
        """The answer, an object; None for the one refusal that says what was to be known. Raises MailNotSent."""
        # Here, as it takes 60 ms and the processes that answer requests send no mail.
        import resend
        from resend.exceptions import ResendError

        # The SDK keeps its settings in the module; of threads that set them at once each sets the same.
        resend.api_key, resend.api_url = self.api_key, self.api_url
        resend.default_http_client = resend.RequestsClient(timeout=SOCKET_TIMEOUT)
        try:
            answer = call(resend)
        except ResendError as error:
            refusal = (str(error.code), str(error.error_type))
            if refusal == unless:
                return None
            # `from None`: what the SDK says may quote the address or the key.
            raise _not_sent(refusal, error.headers) from None
        except Exception:  # noqa: BLE001, of an answer that is no answer the SDK may raise anything
            raise MailNotSent(UNREADABLE) from None
        if not isinstance(answer, Mapping):
            raise MailNotSent(UNREADABLE)
        return answer

    def _params(self, mail: Mail) -> Any:
        """The same at every attempt, to the byte: else the idempotency key would not hold."""
        return {
            "from": str(self.sender),
            "to": [mail.to],
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            # RFC 3834: no holiday notice answers it.
            "headers": {"Auto-Submitted": "auto-generated"},
        }


def _not_sent(refusal: Refusal, headers: Mapping[str, str]) -> MailNotSent:
    code, name = refusal
    if name == "HttpClientError":
        return MailNotSent("Resend could not be reached")
    # The name is the other side's text: only words of a kind that Resend has are repeated.
    known = name if re.fullmatch("[a-z_]{1,40}", name) else "unknown error"
    return MailNotSent(
        f"Resend answered {code} {known}", retry_after=_retry_after(headers), is_final=refusal in FINAL
    )


def _retry_after(headers: Mapping[str, str]) -> int | None:
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return min(int(given), RETRY_AFTER_MAX) if re.fullmatch("[0-9]{1,9}", given) else None
