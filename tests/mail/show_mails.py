"""Writes every mail into a directory, to be looked at: `python tests/mail/show_mails.py DIRECTORY`."""

import sys
from pathlib import Path

from every_mail import composed

from authflow.mail.compose import Composer


def main(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name, mail in composed(Composer("Authflow", "https://app.example.com")).items():
        (directory / f"{name}.html").write_text(mail.html)
        (directory / f"{name}.txt").write_text(f"{mail.subject}\n\n{mail.text}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
