"""The one door by which a session begins; whoever opens it says what proved who it is for."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from authflow.crypto.randomness import new_public_id, new_secret
from authflow.crypto.refresh_token import hash_of
from authflow.database.transaction import Repositories
from authflow.domain.device import Device
from authflow.domain.event import EventType
from authflow.domain.jobs import NewDeviceMail
from authflow.domain.session import Delivery, Method
from authflow.domain.user import Account, User
from authflow.log import log_event
from authflow.metrics import SESSIONS_EVICTED
from authflow.services.session_tokens import TokenIssuer, TokenPair


@dataclass(frozen=True, slots=True)
class LoggedIn:
    user: User
    tokens: TokenPair


@dataclass(frozen=True)
class SessionStart:
    tokens: TokenIssuer

    def start(
        self,
        repositories: Repositories,
        account: Account,
        device: Device,
        delivery: Delivery,
        event: EventType,
        methods: Collection[Method],
    ) -> LoggedIn | None:
        """None if the password or email was set, or the account disabled, since `account` was read.

        Raises DatabaseUnavailable.
        """
        secret = new_secret()
        # Never at the first session: that is no news to the one who has just registered.
        is_new_device = repositories.events.is_new_device(account.user.id, device)
        evicted = self._make_room(repositories, account.user.id, device)
        session = repositories.sessions.add_if_unchanged(account, hash_of(secret), device, delivery, event)
        if session is None:
            return None
        if is_new_device:
            repositories.jobs.add(NewDeviceMail.caused_by(device, new_public_id(), user_id=account.user.id))
        for ended in evicted:
            SESSIONS_EVICTED.inc()
            log_event("session_evicted", user_id=account.user.id, session_id=ended)
        log_event(event, user_id=account.user.id, session_id=session.id, methods=sorted(methods))
        return LoggedIn(account.user, self.tokens.pair(session, account.user.role, secret))

    def _make_room(self, repositories: Repositories, user_id: int, device: Device) -> list[UUID]:
        """Which sessions were ended for it. Only near the bound do logins of one account wait for one another."""
        bound = repositories.sessions_bound
        if not bound.is_near(user_id):
            return []
        repositories.users.lock(user_id)
        return bound.make_room(user_id, self.tokens.refresh.life, device)
