"""The composition root: from the configuration to the services, whose list is what the product does."""

from dataclasses import dataclass

from authflow.config import Config
from authflow.crypto import access_token, refresh_token
from authflow.crypto.access_token import AccessTokens
from authflow.crypto.hash_slots import HashSlots, slots_of_process
from authflow.crypto.keyed_hash import KeyedHash, derived_key
from authflow.crypto.password_hash import PasswordHash
from authflow.crypto.refresh_token import RefreshTokens
from authflow.crypto.signed_token import TokenKind
from authflow.database.migrator import Migrator
from authflow.database.pool import Pool
from authflow.database.readiness import Readiness
from authflow.database.transaction import Database
from authflow.domain.password_policy import PasswordPolicy
from authflow.domain.session import SessionLife
from authflow.services.account import AccountService
from authflow.services.login import LoginService
from authflow.services.registration import RegistrationService
from authflow.services.sessions import SessionService
from authflow.services.throttle import Throttle
from authflow.services.token_pair import TokenIssuer


@dataclass(frozen=True)
class Services:
    registration: RegistrationService
    login: LoginService
    sessions: SessionService
    account: AccountService
    throttle: Throttle
    readiness: Readiness


def build_services(config: Config, pool: Pool | None = None, passwords: PasswordHash | None = None) -> Services:
    """Nothing is connected or started yet; tests hand in a pool that counts and a cheap hash."""
    pool = pool or Pool(config.database_url, config.db_pool_size)
    passwords = passwords or PasswordHash(config.bcrypt_rounds, HashSlots(slots_of_process(config.web_workers)))
    database = Database(pool)
    life = SessionLife(config.refresh_token_ttl, config.session_max_age, config.refresh_grace)
    tokens = _token_issuer(config, life)
    policy = PasswordPolicy(config.password_min_length, config.service_name)
    limit_names = KeyedHash(derived_key(config.refresh_secret, "limit counters"))
    return Services(
        registration=RegistrationService(database, passwords, policy),
        login=LoginService(database, passwords, tokens),
        sessions=SessionService(database, tokens, life),
        account=AccountService(database, passwords, policy),
        throttle=Throttle(database, limit_names, config.rate_limits),
        readiness=Readiness(pool, Migrator(config.database_url)),
    )


def _token_issuer(config: Config, life: SessionLife) -> TokenIssuer:
    access = TokenKind(access_token.KIND, config.token_issuer, config.access_secret, config.access_secret_previous)
    refresh = TokenKind(
        refresh_token.KIND, config.token_issuer, config.refresh_secret, config.refresh_secret_previous
    )
    return TokenIssuer(AccessTokens(access, config.access_token_ttl), RefreshTokens(refresh, life))
