"""Mail: the transport is there and takes us for who we are; nothing is sent."""

from authflow.config import Config
from authflow.doctor.finding import Finding, ok, problem
from authflow.mail.sender import MailNotSent, Sender

WELL = {
    "resend": "Resend takes the key; of a key that may list domains, it knows MAIL_FROM's",
    "smtp": "the SMTP server answers and takes the login",
    "mailbox": "the mailbox can be written",
}
TO_DO = {
    "resend": "look at RESEND_API_KEY, RESEND_API_URL, MAIL_FROM and resend.com/domains",
    "smtp": "look at SMTP_URL: host, port, user, password; some hosts let nobody out to port 25, 465 or 587",
    "mailbox": "look who owns .authflow/mailbox",
}


def finding_of_mail(config: Config, sender: Sender) -> Finding:
    try:
        sender.check()
    except MailNotSent as error:
        return problem("mail", f"{error}: {TO_DO[config.mail_transport]}")
    return ok("mail", WELL[config.mail_transport])
