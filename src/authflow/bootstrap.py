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
from authflow.domain.mailbox_proof import ProofLife
from authflow.domain.password_policy import PasswordPolicy
from authflow.domain.session import SessionLife
from authflow.mail.compose import Composer
from authflow.mail.sender import Sender
from authflow.mail.transports import sender_for
from authflow.services.account import AccountService
from authflow.services.administration import AdministrationService
from authflow.services.event_log import EventLogService
from authflow.services.importing import ImportingService
from authflow.services.job_queue import JobQueueService
from authflow.services.login import LoginService
from authflow.services.mail_budgets import MailBudgets
from authflow.services.mailbox_proof import MailboxProofService
from authflow.services.mailing import MailingService
from authflow.services.measuring import MeasuringService
from authflow.services.password_reset import PasswordResetService
from authflow.services.proof_asking import ProofAskingService
from authflow.services.proof_mailing import ProofMailingService
from authflow.services.proved_mailbox import ProvedMailbox
from authflow.services.registration import RegistrationService
from authflow.services.sessions import SessionService
from authflow.services.signing_in import SessionStart
from authflow.services.sweeping import SweepingService
from authflow.services.throttle import Throttle
from authflow.services.token_pair import TokenIssuer
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
    proofs: MailboxProofService
    proof_asking: ProofAskingService
    event_log: EventLogService
    mailing: MailingService
    proof_mailing: ProofMailingService
    job_queue: JobQueueService
    sweeping: SweepingService
    measuring: MeasuringService
    worker_watch: WorkerWatch
    administration: AdministrationService
    importing: ImportingService
    throttle: Throttle
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
    throttle = Throttle(database, names, config.rate_limits, config.limits_per_ip)
    budgets = MailBudgets(database, names, config.rate_limits)
    secrets = _mailed_secrets(config)
    session_start = SessionStart(tokens)
    proof_life = ProofLife(config.unverified_account_ttl, life)
    asking = ProofAskingService(database, throttle, proof_life)
    proofs = MailboxProofService(
        database,
        passwords,
        secrets,
        throttle,
        ProvedMailbox(database, session_start, proof_life),
        proof_life,
    )
    composer = Composer(config.service_name, config.frontend_url)
    sender = sender or sender_for(config)
    job_queue = JobQueueService(database)
    return Services(
        registration=RegistrationService(database, passwords, policy, asking, throttle),
        login=LoginService(
            database, passwords, session_start, asking, throttle, config.require_email_verification
        ),
        sessions=SessionService(database, tokens, life),
        account=AccountService(database, passwords, policy, asking, throttle),
        password_resets=PasswordResetService(database, passwords, policy, secrets, throttle),
        proofs=proofs,
        proof_asking=asking,
        event_log=EventLogService(database),
        mailing=MailingService(database, secrets, composer, sender, budgets),
        proof_mailing=ProofMailingService(database, secrets, composer, sender, budgets, proof_life),
        job_queue=job_queue,
        sweeping=SweepingService(database, life, config.unverified_account_ttl),
        measuring=MeasuringService(pool, job_queue),
        worker_watch=WorkerWatch(job_queue),
        administration=AdministrationService(database, life),
        importing=ImportingService(database),
        throttle=throttle,
        readiness=Readiness(pool, Migrator(config.database_url)),
    )


def _own_pool(config: Config) -> Pool:
    pool = Pool(config.database_url, config.db_pool_size)
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
