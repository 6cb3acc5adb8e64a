"""The composition root: from the configuration to the services, whose list is what the product does."""

import atexit
from dataclasses import dataclass

from authflow.config import Config
from authflow.crypto import access_token, refresh_token
from authflow.crypto.access_token import AccessTokens
from authflow.crypto.hash_slots import HashSlots, slots_of_process
from authflow.crypto.keyed_hash import KeyedHash, derived_key
from authflow.crypto.mailed_secret import MailedSecrets
from authflow.crypto.password_hash import PasswordHash
from authflow.crypto.refresh_token import RefreshTokens
from authflow.crypto.signed_token import TokenKind
from authflow.database.migrator import Migrator
from authflow.database.pool import Pool
from authflow.database.readiness import Readiness
from authflow.database.transaction import Database
from authflow.domain.password_policy import PasswordPolicy
from authflow.domain.session import SessionLife
from authflow.domain.verification import VerificationLife
from authflow.mail.compose import Composer
from authflow.mail.sender import Sender
from authflow.mail.transports import sender_for
from authflow.services.account import AccountService
from authflow.services.account_import import AccountImportService
from authflow.services.account_operator import AccountOperatorService
from authflow.services.events import EventService
from authflow.services.job_queue import JobQueueService
from authflow.services.limits import LimitService
from authflow.services.login import LoginService
from authflow.services.mail_budgets import MailBudgets
from authflow.services.mail_notices import NoticeMailService
from authflow.services.mail_verification import VerificationMailService
from authflow.services.measurements import MeasurementService
from authflow.services.password_reset import PasswordResetService
from authflow.services.registration import RegistrationService
from authflow.services.session_start import SessionStart
from authflow.services.session_tokens import TokenIssuer
from authflow.services.sessions import SessionService
from authflow.services.sweeping import SweepingService
from authflow.services.verification import VerificationService
from authflow.services.verification_outcome import VerificationOutcome
from authflow.services.verification_request import VerificationRequestService
from authflow.services.worker_watch import WorkerWatch

# What a derived key is for (HKDF's `info`).
LIMIT_COUNTERS = "limit counters"
MAILED_SECRETS = "mailed secrets"


@dataclass(frozen=True)
class Services:
    registration: RegistrationService
    login: LoginService
    sessions: SessionService
    account: AccountService
    password_resets: PasswordResetService
    verifications: VerificationService
    verification_requests: VerificationRequestService
    events: EventService
    notice_mails: NoticeMailService
    verification_mails: VerificationMailService
    job_queue: JobQueueService
    sweeping: SweepingService
    measurements: MeasurementService
    worker_watch: WorkerWatch
    account_operator: AccountOperatorService
    account_import: AccountImportService
    limits: LimitService
    readiness: Readiness


def build_services(
    config: Config,
    pool: Pool | None = None,
    passwords: PasswordHash | None = None,
    sender: Sender | None = None,
) -> Services:
    """Nothing is connected or started yet; tests hand in a pool that counts, a cheap hash, a mailbox."""
    pool = pool or _own_pool(config)
    passwords = passwords or PasswordHash(config.bcrypt_rounds, HashSlots(slots_of_process(config.web_workers)))
    database = Database(pool)
    life = SessionLife(config.refresh_token_ttl, config.session_max_age, config.refresh_grace)
    tokens = _token_issuer(config, life)
    policy = PasswordPolicy(config.password_min_length, config.service_name)
    names = KeyedHash(derived_key(config.refresh_secret, LIMIT_COUNTERS))
    limits = LimitService(database, names, config.rate_limits, config.limits_per_ip)
    budgets = MailBudgets(database, names, config.rate_limits)
    secrets = _mailed_secrets(config)
    session_start = SessionStart(tokens)
    verification_life = VerificationLife(config.unverified_account_ttl, life)
    asking = VerificationRequestService(database, limits, verification_life)
    verifications = VerificationService(
        database,
        passwords,
        secrets,
        limits,
        VerificationOutcome(database, session_start, verification_life),
        verification_life,
    )
    composer = Composer(config.service_name, config.frontend_url)
    sender = sender or sender_for(config)
    job_queue = JobQueueService(database)
    return Services(
        registration=RegistrationService(database, passwords, policy, asking, limits),
        login=LoginService(database, passwords, session_start, asking, limits, config.require_email_verification),
        sessions=SessionService(database, tokens, life),
        account=AccountService(database, passwords, policy, asking, limits),
        password_resets=PasswordResetService(database, passwords, policy, secrets, limits),
        verifications=verifications,
        verification_requests=asking,
        events=EventService(database),
        notice_mails=NoticeMailService(database, secrets, composer, sender, budgets),
        verification_mails=VerificationMailService(
            database, secrets, composer, sender, budgets, verification_life
        ),
        job_queue=job_queue,
        sweeping=SweepingService(database, life, config.unverified_account_ttl),
        measurements=MeasurementService(pool, job_queue),
        worker_watch=WorkerWatch(job_queue),
        account_operator=AccountOperatorService(database, life),
        account_import=AccountImportService(database),
        limits=limits,
        readiness=Readiness(pool, Migrator(config.database_url, pooled=config.transaction_pooler)),
    )


def _own_pool(config: Config) -> Pool:
    pool = Pool(config.database_url, config.db_pool_size, pooled=config.transaction_pooler)
    # Left to the garbage collector, it would wait for threads that are gone, under Python 3.13 for ever.
    atexit.register(pool.close)
    return pool


def _token_issuer(config: Config, life: SessionLife) -> TokenIssuer:
    access = TokenKind(access_token.KIND, config.token_issuer, config.access_secret, config.access_secret_previous)
    refresh = TokenKind(
        refresh_token.KIND, config.token_issuer, config.refresh_secret, config.refresh_secret_previous
    )
    return TokenIssuer(AccessTokens(access, config.access_token_ttl), RefreshTokens(refresh, life))


def _mailed_secrets(config: Config) -> MailedSecrets:
    previous = config.refresh_secret_previous
    return MailedSecrets(
        derived_key(config.refresh_secret, MAILED_SECRETS),
        derived_key(previous, MAILED_SECRETS) if previous else None,
    )
