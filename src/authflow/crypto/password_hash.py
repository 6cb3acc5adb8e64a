"""Hashing and checking passwords, one at a time in each hash slot."""

from dataclasses import dataclass

from authflow.crypto import password_format
from authflow.crypto.hash_slots import HashSlots


@dataclass(frozen=True)
class PasswordHash:
    """`cost` is bcrypt's: each step doubles the work (OWASP ASVS 11.4.2).

    `is_familiar`: whether the account knows the caller, by the IP or by more; places are kept for such.
    """

    cost: int
    slots: HashSlots

    def make(self, password: str, *, is_familiar: bool = False) -> str:
        """Raises HashingBusy."""
        return self.slots.run(password_format.make_hash, password, self.cost, is_familiar=is_familiar)

    def match(self, password: str, stored: str | None, *, is_familiar: bool = False) -> bool:
        """Whether the password is that of the hash; exactly one hash is computed, even for None or garbage.

        The answer's time must not tell whether there was an account. Raises HashingBusy.
        """
        return self.slots.run(self._match, password, stored, is_familiar=is_familiar)

    def is_outdated(self, stored: str | None) -> bool:
        """Whether a login should replace it."""
        return stored is not None and password_format.is_outdated(stored, self.cost)

    def _match(self, password: str, stored: str | None) -> bool:
        matched = password_format.matches(password, stored) if stored else None
        if matched is None:
            password_format.matches(password, password_format.dummy_hash(self.cost))
            return False
        return matched
