"""How well answers' times tell two groups of callers apart."""

from collections.abc import Sequence
from math import sqrt
from statistics import median


def auc(ones: Sequence[float], others: Sequence[float]) -> float:
    """The Mann-Whitney statistic: 0.5 where nothing can be told, 0 or 1 where everything can."""
    ranked = sorted([(time, True) for time in ones] + [(time, False) for time in others])
    ranks = sum(rank for rank, (_, is_one) in enumerate(ranked, start=1) if is_one)
    return (ranks - len(ones) * (len(ones) + 1) / 2) / (len(ones) * len(others))


def band(samples: int) -> float:
    """Within it lies the AUC of 99 of 100 comparisons in which nothing is to be told, of so many answers each."""
    return 2.576 * sqrt((2 * samples + 1) / (12 * samples**2))


def difference(ones: Sequence[float], others: Sequence[float]) -> float:
    """Between the medians, in milliseconds."""
    return abs(median(ones) - median(others)) * 1_000
