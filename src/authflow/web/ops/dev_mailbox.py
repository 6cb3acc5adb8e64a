"""`/dev/mailbox`: in development the mails sent, since they leave for nowhere else."""

from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request, send_from_directory

from authflow.domain.timestamp import utc_text
from authflow.mail.maildir import SentMail, list_mails
from authflow.web.envelope import json_response
from authflow.web.headers import CONTENT_SECURITY_POLICY

OWN = Path(__file__).parent / "mailbox"
POLICY = (
    "default-src 'self'; script-src 'none'; img-src data:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
# A mail brings its styles inline, and may open its links in a new window and do nothing else.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
# Before the mail's own doctype, which a browser then ignores.
LINKS_LEAVE_THE_FRAME = '<!doctype html><base target="_blank">'
# More of them would make the page slow; JSON gives them all.
SHOWN = 50


def dev_mailbox_blueprint(directory: Path) -> Blueprint:
    blueprint = Blueprint("dev_mailbox", __name__, template_folder=str(OWN))

    @blueprint.get("/dev/mailbox")
    def mailbox() -> Response:
        mails = list_mails(directory)
        if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
            return json_response({"mails": [_as_json(mail) for mail in mails]})
        page = render_template("page.html", mails=mails[:SHOWN], count=len(mails))
        return _with_policy(Response(page, mimetype="text/html"), POLICY)

    @blueprint.get("/dev/mailbox/page.css")
    def style() -> Response:
        response = send_from_directory(OWN, "page.css", conditional=False)
        # What Flask says of files; `headers.py` says it for every answer.
        del response.headers["Cache-Control"]
        return _with_policy(response, POLICY)

    @blueprint.get("/dev/mailbox/<mail_id>")
    def content(mail_id: str) -> Response:
        html = next((mail.html for mail in list_mails(directory) if mail.id == mail_id), None)
        if html is None:
            abort(404)
        return _with_policy(Response(LINKS_LEAVE_THE_FRAME + html, mimetype="text/html"), MAIL_POLICY)

    return blueprint


def _as_json(mail: SentMail) -> dict[str, str]:
    return {
        "id": mail.id,
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "sentAt": utc_text(mail.sent_at),
    }


def _with_policy(response: Response, policy: str) -> Response:
    response.headers[CONTENT_SECURITY_POLICY] = policy
    return response
