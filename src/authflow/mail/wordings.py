"""What each mail says: the one table of all words that are not the same in every mail.

`{service}` and what else stands in braces are filled in as text; the layouts escape it. No subject holds a code:
a locked screen shows it to whoever holds the phone.
"""

from dataclasses import dataclass

from authflow.domain.jobs import NewDeviceMail, NoticeMail, PasswordChangedMail


@dataclass(frozen=True, slots=True)
class Wording:
    """`code_label` belongs to mails with a code, `button` and `path` to those with a link.

    `action_of_link`: where the code is left out, as the mail leaves so late that it would not work.
    """

    subject: str
    lead: str
    action: str
    button: str = ""
    path: str = ""
    code_label: str = ""
    closing: str = ""
    action_of_link: str = ""


FORGOT_PASSWORD = "/auth/forgot-password"  # noqa: S105, a page of the front end (CONTRACT.md, section 3)

RESET_PASSWORD = Wording(
    subject="Reset your {service} password",
    lead="We were asked for a new password for your {service} account.",
    code_label="If that was you, enter this code where you asked:",
    action="Or open this page and choose a new password:",
    action_of_link="If that was you, open this page and choose a new password:",
    button="Choose a new password",
    path="/auth/reset-password/{token}",
    closing="If it wasn't you, you can ignore this mail: your password stays as it is.",
)
PASSWORD_CHANGED = Wording(
    subject="Your {service} password was changed",
    lead="The password of your {service} account was changed, and other devices were logged out. "
    "If that was you, there is nothing to do.",
    action="If it wasn't you, choose a new password now. That logs out every device:",
    button="Reset my password",
    path=FORGOT_PASSWORD,
)
VERIFY_EMAIL = Wording(
    subject="Confirm your email address for {service}",
    lead="Somebody, hopefully you, gave this email address for an account at {service}.",
    code_label="If that was you, enter this code where you registered:",
    action="Or open this page to confirm your address:",
    action_of_link="If that was you, open this page to confirm your address:",
    button="Confirm my address",
    path="/auth/verify-email/{token}",
    closing="If it wasn't you, you can ignore this mail: without you, nobody can use your address there.",
)
ALREADY_REGISTERED = Wording(
    subject="You already have an account at {service}",
    lead="Somebody gave this email address for an account at {service}, but it already has one. "
    "If that was you, log in with the password you have.",
    action="If you no longer know it, choose a new one:",
    button="Reset my password",
    path=FORGOT_PASSWORD,
    closing="If it wasn't you, you can ignore this mail: nothing has changed.",
)
CONFIRM_NEW_EMAIL = Wording(
    subject="Confirm your new email address for {service}",
    lead="Somebody, hopefully you, wants to use this email address for their {service} account. "
    "Stay logged in where you asked until it is confirmed: logging out there ends the change.",
    code_label="If that was you, enter this code where you asked:",
    action="Or open this page to confirm your new address:",
    action_of_link="If that was you, open this page to confirm your new address:",
    button="Confirm my new address",
    path="/auth/verify-email/{token}",
    closing="If it wasn't you, you can ignore this mail: without you, nobody can use your address there.",
)
EMAIL_CHANGE_ASKED = Wording(
    subject="Your {service} email address is about to change",
    lead="Somebody who knows your password asked to change the email address of your {service} account to "
    "{new_email}. It changes once that address is confirmed. If that was you, there is nothing to do here.",
    action="If it wasn't you, choose a new password now. That stops the change and logs out every device:",
    button="Reset my password",
    path=FORGOT_PASSWORD,
)
# No link: the account is no longer this address's, and a reset would be mailed to the new one.
EMAIL_CHANGED = Wording(
    subject="Your {service} email address was changed",
    lead="Your {service} account now has another email address, so this is our last mail to this one. "
    "If that was you, there is nothing to do.",
    action="If it wasn't you, tell the people who run {service} at once: you can no longer reset the password "
    "from this address.",
)
NEW_DEVICE = Wording(
    subject="New log-in to your {service} account",
    lead="Somebody logged in to your {service} account from a device that we had not seen before. "
    "If that was you, there is nothing to do.",
    action="If it wasn't you, choose a new password now. That logs out every device:",
    button="Reset my password",
    path=FORGOT_PASSWORD,
)
# A notice to the owner of an account is a class of job, and a line here.
NOTICES: dict[type[NoticeMail], Wording] = {
    PasswordChangedMail: PASSWORD_CHANGED,
    NewDeviceMail: NEW_DEVICE,
}
