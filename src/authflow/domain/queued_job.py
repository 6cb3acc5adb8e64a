"""What is known of jobs in the queue."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Added:
    """When a job was added, and how many seconds ago, both by the database's clock."""

    at: datetime
    age: float


@dataclass(frozen=True, slots=True)
class JobCount:
    """How many jobs are in this state; the seconds since the first of them was added."""

    state: str
    jobs: int
    oldest: float


@dataclass(frozen=True, slots=True)
class Stalled:
    id: int
    task: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that was given up; without its arguments, which may hold an email."""

    id: int
    task: str
    attempts: int
    added_at: datetime
    failed_at: datetime
