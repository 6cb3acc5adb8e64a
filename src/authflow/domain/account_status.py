"""How an account stands, as its operator sees it."""

from dataclasses import dataclass
from datetime import datetime

from authflow.domain.user import User


@dataclass(frozen=True, slots=True)
class AccountStatus:
    user: User
    disabled_at: datetime | None
