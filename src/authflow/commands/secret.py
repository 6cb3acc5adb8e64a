"""`authflow secret`: a signing key fit for production."""

import argparse
from collections.abc import Sequence

from authflow.crypto.randomness import new_secret


def run(arguments: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="authflow secret", description=__doc__).parse_args(arguments)
    print(new_secret())
    return 0
