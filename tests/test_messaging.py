"""The senders that settings ask for, and links and slots from the running system."""

from datetime import date

import pytest
from pydantic import SecretStr, ValidationError

from collection.errors import InvalidRequest
from collection.messaging import build_deliverer, build_senders, offered
from collection.model import Channel
from collection.senders import HttpProvider, MailFolder, SmtpSender, WebhookSender
from collection.settings import Settings
from tests.api.conftest import make_services
from tests.places import make_request

KEYS = {"2026a": SecretStr("a secret of sixteen or more")}


def settings(tmp_path, **changes):
    return Settings(_env_file=None, run_dir=tmp_path, **changes)


def test_without_settings_mails_go_into_a_folder_and_nothing_else_goes(tmp_path):
    senders = build_senders(settings(tmp_path))
    assert {channel: type(one) for channel, one in senders.items()} == {Channel.MAIL: MailFolder}


def test_each_channel_that_is_configured_has_a_sender(tmp_path):
    senders = build_senders(
        settings(
            tmp_path,
            smtp_url=SecretStr("smtp://127.0.0.1:2525"),
            dispatcher_email="desk@example.org",
            sms_url="http://127.0.0.1:1/sms",
            push_url="http://127.0.0.1:1/push",
            webhook_url="http://127.0.0.1:1/hook",
            webhook_keys=KEYS,
        )
    )
    assert {channel: type(one) for channel, one in senders.items()} == {
        Channel.MAIL: SmtpSender,
        Channel.DISPATCHER: SmtpSender,
        Channel.SMS: HttpProvider,
        Channel.PUSH: HttpProvider,
        Channel.WEBHOOK: WebhookSender,
    }


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"t": SecretStr("x" * 16)},
        {"a b": SecretStr("x" * 16)},
        {"a=b": SecretStr("x" * 16)},
        {"": SecretStr("x" * 16)},
        {"a": SecretStr("x" * 15)},
        {**KEYS, "b": SecretStr("")},
    ],
)
def test_a_webhook_is_never_unsigned(tmp_path, keys):
    with pytest.raises(InvalidRequest) as caught:
        build_senders(settings(tmp_path, webhook_url="http://127.0.0.1:1", webhook_keys=keys))
    assert caught.value.field == "webhook_keys"


def test_a_wrong_address_is_named(tmp_path):
    with pytest.raises(InvalidRequest, match="smtp"):
        build_senders(settings(tmp_path, smtp_url=SecretStr("mail.example.org")))
    with pytest.raises(ValidationError):
        settings(tmp_path, sms_url="ftp://x")


def test_a_booking_becomes_a_mail_with_the_customers_link(redis_client, server_url, tmp_path):
    services = make_services(server_url, run_dir=tmp_path, base_url="https://pickup.example.org")
    services.requests.book(make_request())
    assert build_deliverer(services).once() == 2
    (path,) = (tmp_path / "mails").iterdir()
    assert "https://pickup.example.org/track/" in path.read_text()


def test_slots_that_a_request_could_move_to(redis_client, server_url, tmp_path):
    services = make_services(server_url, run_dir=tmp_path)
    request = services.requests.book(make_request(day=date(2026, 3, 4)))
    found = offered(services, request)
    assert len(found) == 3
    assert found == sorted(found, key=lambda window: window.start)
    assert all(window.start > services.clock.now() for window in found)
