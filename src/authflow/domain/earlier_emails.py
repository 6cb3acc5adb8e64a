"""Which emails a long file has had already, in sixteen bytes each: a set of them would outgrow a small server."""

from array import array
from bisect import bisect_left
from hashlib import blake2b

# Each bucket stays short, so that an insertion moves little.
BUCKETS = 4_096
# Two of a million emails share 64 bits once in forty million imports; the second of them would be refused.
DIGEST_BYTES = 8


class EarlierEmails:
    """Sorted digests, and beside each the line that it was first on."""

    def __init__(self) -> None:
        self._digests = [array("Q") for _ in range(BUCKETS)]
        self._lines = [array("Q") for _ in range(BUCKETS)]

    def find_or_add(self, canonical: str, line: int) -> int | None:
        """The line that had this email before; None if none had, and then it is this one from now on."""
        digest = int.from_bytes(blake2b(canonical.encode(), digest_size=DIGEST_BYTES).digest(), "big")
        digests, lines = self._digests[digest % BUCKETS], self._lines[digest % BUCKETS]
        place = bisect_left(digests, digest)
        if place < len(digests) and digests[place] == digest:
            return lines[place]
        digests.insert(place, digest)
        lines.insert(place, line)
        return None
