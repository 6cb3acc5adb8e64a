"""Who caused a mail: what its reader needs to tell their own doing from somebody else's."""

from dataclasses import dataclass
from datetime import datetime

from authflow.domain.device import Device


@dataclass(frozen=True, slots=True)
class MailCause:
    device: Device
    at: datetime
