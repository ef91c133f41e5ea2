"""Those who take messages away: mail servers, HTTP providers, the marketplace's webhook."""

from collection.senders.http_provider import HttpProvider
from collection.senders.mail_folder import MailFolder
from collection.senders.signing import sign, verify
from collection.senders.smtp import SmtpSender
from collection.senders.webhook import WebhookSender

__all__ = ["HttpProvider", "MailFolder", "SmtpSender", "WebhookSender", "sign", "verify"]
