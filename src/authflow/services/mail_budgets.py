"""Whether a mailbox still gets a mail of this cause; asked by the worker, and counted once a mail."""

from collections.abc import Sequence
from dataclasses import dataclass

from authflow.crypto.keyed_hash import KeyedHash
from authflow.database.transaction import Database
from authflow.domain import mail_budgets as budgets
from authflow.domain.device import Device
from authflow.domain.durations import DAY
from authflow.domain.jobs import MailJob, NewDeviceMail, NoticeMail
from authflow.domain.limit_draw import AccountAtIp, Draw
from authflow.domain.limits import FAMILIAR_IP_DAYS, Allowance
from authflow.domain.mail_budgets import MailBudget, mailbox_of
from authflow.domain.user import User
from authflow.log import log_event

# That a mail was granted is remembered for as long as any job is tried again.
GRANTED = Allowance(1, DAY)
# A budget, and whose it is.
Spending = tuple[MailBudget, tuple[str, ...]]


@dataclass(frozen=True)
class MailBudgets:
    """Every method raises DatabaseUnavailable. Of a mail that was granted before, the answer stays yes."""

    database: Database
    names: KeyedHash
    is_on: bool

    def grants_reset(self, job: MailJob, user: User) -> bool:
        """A proved address has its own: strangers who registered `ada+x@…` spend nothing of `ada@…`."""
        email = user.email_canonical
        whose = f"proved {email}" if user.email_verified else mailbox_of(email)
        if self._is_familiar(email, job.device):
            own = (budgets.RESET_FROM_FAMILIAR_IP, (whose, job.device.network))
            if self._find_spent(job, [own, (budgets.RESET_FROM_FAMILIAR_IPS, (whose,))]) is None:
                return True
        return self._grants(job, [(budgets.RESET, (whose,))])

    def grants_request(self, job: MailJob, budget: MailBudget, email_canonical: str) -> bool:
        """For a mail that anybody can cause to this address."""
        return self._grants(job, [(budget, (mailbox_of(email_canonical),))])

    def grants_notice(self, job: MailJob, account: str, email_canonical: str, *, is_proved: bool) -> bool:
        """`account`: what no stranger has a part in, such as the user's id."""
        if not is_proved:
            return self.grants_request(job, budgets.NOTICE_UNPROVED, email_canonical)
        # Told of their own change, an owner must still be told of a thief's.
        of_device = (job.task, account, job.device.name, job.device.network)
        return self._grants(job, [(budgets.NOTICES, (job.task, account)), (budgets.NOTICE, of_device)])

    def grants_notice_of(self, job: NoticeMail, user: User) -> bool:
        """For what happened to that account; of log-ins from new devices a thief with the password causes many."""
        if not (isinstance(job, NewDeviceMail) and user.email_verified):
            return self.grants_notice(job, str(user.id), user.email_canonical, is_proved=user.email_verified)
        return self._grants(job, [(budgets.NEW_DEVICE, (str(user.id), job.device.name, job.device.network))])

    def _is_familiar(self, email_canonical: str, device: Device) -> bool:
        bounds = device.bounds
        account = AccountAtIp(email_canonical, *bounds, FAMILIAR_IP_DAYS) if bounds else None
        return account is not None and self.database.autocommit.limit_counters.is_familiar(account)

    def _grants(self, job: MailJob, spendings: Sequence[Spending]) -> bool:
        spent = self._find_spent(job, spendings)
        if spent is not None:
            self.database.autocommit.withheld_mails.add(spent.cause)
            log_event("mail_withheld", task=job.task, cause=spent.cause)
        return spent is None

    def _find_spent(self, job: MailJob, spendings: Sequence[Spending]) -> MailBudget | None:
        """Counts the mail, once. None where it may go; else the budget that keeps it."""
        if not self.is_on:
            return None
        drawn = [(budget, each, whose) for budget, whose in spendings for each in budget.allowances]
        draws = [Draw(self._key(budget, each, whose), each) for budget, each, whose in drawn]
        granted = Draw(self.names.digest("mail granted", job.mail_id), GRANTED)
        counts = self.database.autocommit.limit_counters.draw([*draws, granted], None)
        left = [count for count in counts if count.key is None]
        if not left or any(count.was_full and count.place > len(drawn) for count in left):
            return None
        place = next((count.place for count in left if count.was_full), len(drawn))
        return drawn[place - 1][0]

    def _key(self, budget: MailBudget, allowance: Allowance, whose: tuple[str, ...]) -> bytes:
        return self.names.digest("mail", budget.cause, str(allowance.seconds), *whose)
