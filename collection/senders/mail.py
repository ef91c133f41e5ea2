"""A delivery as a mail: plain text, and the same as simple HTML."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collection.model import Delivery

_SIGNATURE = "\n\n-- \n"


def make_mail(delivery: Delivery, *, mail_from: str) -> EmailMessage:
    """Make a mail of a delivery.

    Parameters
    ----------
    delivery : Delivery
        Its id is the Message-ID: the same for every try.
    mail_from : str
        Who sends it, like ``Collection <pickup@example.org>``.

    Returns
    -------
    EmailMessage
        With headers that keep holiday answers away.
    """
    domain = parseaddr(mail_from)[1].rpartition("@")[2] or "localhost"
    mail = EmailMessage(policy=SMTP)
    mail["From"] = mail_from
    mail["To"] = delivery.to
    # Whatever a text brought along, a subject is one line.
    mail["Subject"] = " ".join(delivery.subject.split())
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{delivery.id}@{domain}>"
    mail["X-Delivery-Id"] = delivery.id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(delivery.text)
    mail.add_alternative(_to_html(delivery), subtype="html")
    mail["Content-Language"] = delivery.language
    return mail


def _to_html(delivery: Delivery) -> str:
    text = delivery.text.partition(_SIGNATURE)[0]
    paragraphs = [
        "<p>" + "<br>\n".join(_line(line, delivery.link) for line in paragraph.split("\n")) + "</p>"
        for paragraph in re.split(r"\n{2,}", text.strip())
    ]
    body = "\n".join(paragraphs)
    return (
        f'<!doctype html>\n<html lang="{html.escape(delivery.language)}">\n'
        f'<head><meta charset="utf-8"><title>{html.escape(delivery.subject)}</title></head>\n'
        f'<body style="font-family: sans-serif; line-height: 1.5">\n{body}\n</body>\n</html>\n'
    )


def _line(text: str, link: str) -> str:
    # Anybody may book with anybody's address: what they wrote must lead nowhere.
    if link and text == link:
        url = html.escape(link)
        return f'<a href="{url}">{url}</a>'
    return html.escape(text)
