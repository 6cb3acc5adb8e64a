"""What a scrape says, as Prometheus reads it."""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

TOKEN = "scrape-9Qm2Kx7bVw3R"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@dataclass(frozen=True)
class Reading:
    text: str
    samples: Mapping[tuple[str, frozenset[tuple[str, str]]], float]

    def of(self, name: str, **labels: str) -> float:
        """0 for what was not counted yet."""
        return self.samples.get((name, frozenset(labels.items())), 0.0)

    def has(self, name: str) -> bool:
        return any(known == name for known, _ in self.samples)


def reading(text: str) -> Reading:
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return Reading(text, {(each.name, frozenset(each.labels.items())): each.value for each in samples})
