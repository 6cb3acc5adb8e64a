"""A signing key is one that a generator made, and none that others know or could guess."""

import base64
import random
import string
import uuid
from hashlib import sha256

import pytest

from authflow.config.secret_strength import HASH_DIGITS, is_guessable
from authflow.config.setting import Refused
from authflow.config.values import metrics_token, signing_secret
from authflow.crypto.randomness import new_secret

ALPHABET = string.ascii_letters + string.digits
# The same keys at every run.
GENERATOR = random.Random(87)  # noqa: S311, no key of anybody
STRONG = {
    "authflow secret": lambda: base64.urlsafe_b64encode(GENERATOR.randbytes(32)).decode().rstrip("="),
    "render.yaml": lambda: base64.b64encode(GENERATOR.randbytes(32)).decode(),
    "openssl rand -hex 32": lambda: GENERATOR.randbytes(32).hex(),
    "letters and digits": lambda: "".join(GENERATOR.choices(ALPHABET, k=32)),
    "what can be typed": lambda: "".join(GENERATOR.choices(ALPHABET + string.punctuation, k=40)),
    "two UUIDs": lambda: f"{uuid.UUID(int=GENERATOR.getrandbits(128))}{uuid.UUID(int=GENERATOR.getrandbits(128))}",
}


@pytest.mark.parametrize(
    "value",
    [
        # FastAPI, Flask, NestJS, Supabase, jwt.io, a Spring tutorial.
        "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
        "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
        "DO NOT USE THIS VALUE. INSTEAD, CREATE A COMPLEX SECRET AND KEEP IT SAFE OUTSIDE OF THE SOURCE CODE.",
        "super-secret-jwt-token-with-at-least-32-characters-long",
        "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
        "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970",
        "django-insecure-x7!w2k9$v#q4m8z&t1r6y3p5s0d",
        # RFC 7515, A.1 and RFC 7520, 3.5.
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg",
        # What was to be filled in.
        "<random_string_at_least_32_characters_long>",
        "${JWT_ACCESS_SECRET_FROM_THE_VAULT}",
        "{{ access_signing_material_of_production }}",
        # Rows, walks and steps of a keyboard.
        "qwertyuiop[]asdfghjkl;zxcvbnm,./",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,",
        "n2r5u8x/A?D(G+KbPeSgVkYp3s6v9y$B",
        "P@ssw0rd!P@ssw0rd!P@ssw0rd!P@ssw0rd!",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "fedcba9876543210fedcba9876543210",
        # Words.
        "thisisareallylongsecretkeyforjwt",
        "the quick brown fox jumps over the lazy dog",
        "AcmeCorpProductionAccessTokenKey",
        # Of such, what looks random, and quotation marks that got in.
        base64.b64encode(b"mysecretpassword and another one").decode(),
        b"correct battery staple horse in a box".hex(),
        sha256(b"secret").hexdigest(),
        "'thisisareallylongsecretkeyforjwt'",
    ],
)
def test_what_others_know_or_could_guess_is_refused(value):
    with pytest.raises(Refused, match="authflow secret"):
        signing_secret(value, True)


@pytest.mark.parametrize("kind", STRONG)
def test_of_random_keys_none_is_refused(kind):
    for value in [new_secret(), *(STRONG[kind]() for _ in range(8))]:
        assert not is_guessable(value), value


def test_a_token_for_metrics_may_be_short_but_not_known():
    assert metrics_token("f3Kq9Zx2Lw7Vb5Nd", True)
    for value in (
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        "<your-token-here>",
    ):
        with pytest.raises(Refused):
            metrics_token(value, True)


def test_the_public_list_is_kept_as_hashes_only():
    from importlib.resources import files

    lines = (files("authflow.config") / "known_secrets.txt").read_text().splitlines()
    assert len(lines) > 3_000
    assert all(len(line) == HASH_DIGITS and int(line, 16) >= 0 for line in lines)
    assert lines == sorted(set(lines))
