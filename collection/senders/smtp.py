"""Mail by SMTP, for a server of one's own or of a provider."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit

from collection.errors import DeliveryRefused, InvalidRequest, NotDelivered, ReceiverAway
from collection.senders.mail import make_mail

if TYPE_CHECKING:
    from collection.model import Delivery

TIMEOUT = 15.0
"""Seconds that a mail server may take for each step."""

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_PERMANENT = 500
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mails are handed in.

    Parameters
    ----------
    scheme : str
        ``smtp`` (in the clear), ``smtp+starttls`` or ``smtps``.
    host : str
        Name or address.
    port : int
        TCP port.
    user : str
        Who logs in; empty for nobody.
    password : str
        The password.
    """

    scheme: str
    host: str
    port: int
    user: str
    password: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Read an address.

        Parameters
        ----------
        url : str
            ``smtp+starttls://user:password@mail.example.org:587``.

        Returns
        -------
        MailServer
            The server.

        Raises
        ------
        InvalidRequest
            If it is no such address.
        """
        message = "must be smtp://, smtp+starttls:// or smtps:// with a host"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise InvalidRequest(f"{message}: {error}", field="smtp_url") from None
        if parts.scheme not in _PORTS or not parts.hostname:
            raise InvalidRequest(message, field="smtp_url")
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


class SmtpSender:
    """A `Sender` for mail.

    Parameters
    ----------
    url : str
        As `MailServer.of` reads it.
    mail_from : str
        Who sends, like ``Collection <pickup@example.org>``.
    timeout : float
        Seconds that each step may take.
    tls : ssl.SSLContext, optional
        How the server is trusted; the machine's own way if None.
    """

    def __init__(
        self,
        url: str,
        mail_from: str,
        *,
        timeout: float = TIMEOUT,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = MailServer.of(url)
        self._mail_from = mail_from
        self._timeout = timeout
        self._tls = tls

    def send(self, delivery: Delivery) -> None:
        """Hand a mail in.

        Parameters
        ----------
        delivery : Delivery
            The mail.

        Raises
        ------
        DeliveryRefused
            If the server refuses this mail for good (5xx).
        ReceiverAway
            If it does not answer, or lets nobody in.
        NotDelivered
            If it does not take the mail now (4xx).
        """
        mail = make_mail(delivery, mail_from=self._mail_from)
        sender = parseaddr(self._mail_from)[1]
        try:
            server = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            # A closed door or a wrong password is no fault of the mail.
            raise _away("no way in", error) from error
        try:
            server.send_message(mail, from_addr=sender, to_addrs=[delivery.to])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _refusal(code, text) from error
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryRefused(str(error)) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise _away("no answer", error) from error
        finally:
            # Once the mail is taken, how the server says goodbye changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        at = self._server
        if at.scheme == "smtps":
            tls = self._tls or ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                at.host, at.port, timeout=self._timeout, context=tls
            )
        else:
            server = smtplib.SMTP(at.host, at.port, timeout=self._timeout)
        try:
            if at.scheme == "smtp+starttls":
                server.starttls(context=self._tls or ssl.create_default_context())
            if at.user:
                server.login(at.user, at.password)
        except BaseException:
            server.close()
            raise
        return server


def _refusal(code: int, text: bytes | str) -> NotDelivered:
    kind = DeliveryRefused if code >= _PERMANENT else NotDelivered
    return kind(f"{code} {_plain(text)}", brief=_brief(code, text))


def _away(what: str, error: Exception) -> ReceiverAway:
    name = f"{what}: {type(error).__name__}"
    code = ""
    if isinstance(error, smtplib.SMTPResponseException):
        code = f": {_brief(error.smtp_code, error.smtp_error)}"
    return ReceiverAway(f"{name}: {error}", brief=name + code)


def _brief(code: int, text: bytes | str) -> str:
    """Keep the codes of an answer alone: its words often repeat the customer's address."""
    status = _ENHANCED.match(_plain(text))
    return f"{code} {status.group()}" if status else str(code)


def _plain(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text
