"""The half of a mailbox's verification that stays with whoever asked for it; the other half is mailed."""

from dataclasses import dataclass

from authflow.crypto.randomness import new_nonce, new_secret
from authflow.crypto.refresh_token import hash_of


@dataclass(frozen=True, slots=True)
class RegistrationSecret:
    """`id` is told once. Kept are its hash, and the nonce that the mailed half is derived from."""

    id: str
    hash: bytes
    nonce: bytes


def new_registration_secret() -> RegistrationSecret:
    registration_id = new_secret()
    return RegistrationSecret(registration_id, hash_of(registration_id), new_nonce())
