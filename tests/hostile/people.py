"""Those who are signed in: accounts of their own, made as people make them."""

import json
import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from itertools import count

from tests.hostile.server import House
from tests.hostile.values import CANARY
from tests.hostile.wire import Answer, Attempt, Header, Line
from tests.support.outbox import CODE
from tests.support.server import wait_until

API = "/api/auth"
ORIGIN = b"https://app.example.com"
# Seconds. The worker may have many mails before this one.
MAIL_PATIENCE = 60.0
_numbers = count(1)


@dataclass
class Person:
    """Somebody with an account; what is secret about them has the canary in it, or is noted in `issued`."""

    house: House
    line: Line
    email: str = ""
    password: str = f"{CANARY} horse battery staple"
    access: str = ""
    refresh: str = ""
    issued: set[str] = field(default_factory=set)

    def sign_up(self) -> None:
        """With another email each time."""
        self.email = f"{CANARY}.{next(_numbers)}@example.com"
        answer = self.post("/register", username=CANARY, email=self.email, password=self.password)
        if answer.status == 202:
            code = self._mailed_code()
            verification = self.post("/verify-email", registrationId=answer.content["registrationId"], otp=code)
            assert verification.status == 200, verification
        self.log_in()

    def log_in(self) -> None:
        tokens = self.post("/login", email=self.email, password=self.password).content
        self.access, self.refresh = tokens["accessToken"], tokens["refreshToken"]

    @property
    def bearer(self) -> tuple[Header, ...]:
        return ((b"Authorization", f"Bearer {self.access}".encode()),)

    @property
    def cookies(self) -> tuple[Header, ...]:
        cookies = f"__Host-authflow-access={self.access}; __Host-authflow-refresh={self.refresh}"
        return ((b"Cookie", cookies.encode()), (b"Origin", ORIGIN))

    def post(self, path: str, **content: str) -> Answer:
        answer = self.line.ask(Attempt("POST", f"{API}{path}".encode(), body=json.dumps(content).encode()))
        assert answer.status < 300, (path, answer)
        self.issued.update(tokens_in(answer))
        return answer

    def _mailed_code(self) -> str:
        wait_until(self._mails, MAIL_PATIENCE)
        body = self._mails()[-1].get_body(("plain",))
        assert isinstance(body, EmailMessage)
        [code] = CODE.findall(body.get_content().replace("\r\n", "\n"))
        return code

    def _mails(self) -> list[EmailMessage]:
        return [mail.message for mail in self.house.mails.mails if mail.to == [self.email]]


def tokens_in(answer: Answer) -> set[str]:
    """What an answer gives away to its caller alone."""
    content = answer.content if isinstance(answer.content, dict) else {}
    named = {content.get(name) for name in ("accessToken", "refreshToken", "registrationId")}
    in_cookies = re.findall(r"authflow-\w+=([^;]+)", answer.headers.get("set-cookie", ""))
    return {token for token in {*named, *in_cookies} if token}
