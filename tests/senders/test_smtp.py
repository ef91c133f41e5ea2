"""Mail by SMTP, to a real server on loopback."""

import socket
import threading
import time
from contextlib import suppress

import pytest

from collection.errors import DeliveryRefused, InvalidRequest, NotDelivered, ReceiverAway
from collection.senders.smtp import MailServer, SmtpSender
from tests.senders.conftest import only_ada
from tests.senders.samples import make_delivery

FROM = "Collection <pickup@example.org>"


def sender(port, *, scheme="smtp", user="", **options):
    return SmtpSender(f"{scheme}://{user}127.0.0.1:{port}", FROM, timeout=5, **options)


def test_a_mail_arrives_with_all_that_it_needs(mailbox, serve):
    sender(serve()).send(make_delivery())
    (mail,) = mailbox.mails
    assert mailbox.to == [["eve@example.org"]]
    assert mail["From"] == FROM
    assert mail["To"] == "eve@example.org"
    assert mail["Subject"] == "Bientôt chez vous, à 10:35"
    assert mail["Message-ID"] == "<monaco.a1.7-0.next_stop.mail@example.org>"
    assert mail["X-Delivery-Id"] == "monaco.a1.7-0.next_stop.mail"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr"
    assert mail["Date"]
    plain = mail.get_body(("plain",)).get_content()
    assert plain.replace("\r\n", "\n") == make_delivery().text
    html = mail.get_body(("html",)).get_content()
    assert "Bonjour Ève &lt;Müller&gt;," in html
    link = "https://x.example/track/a?b=1&amp;c=2"
    assert f'<a href="{link}">{link}</a>' in html


def test_what_a_customer_wrote_is_no_link(mailbox, serve):
    evil = make_delivery().text.replace("Ève <Müller>", "https://evil.example/?a")
    sender(serve()).send(make_delivery(text=evil))
    html = mailbox.mails[0].get_body(("html",)).get_content()
    assert html.count("<a ") == 1
    assert "Bonjour https://evil.example/?a," in html


def test_every_try_has_the_same_message_id(mailbox, serve):
    mailbox.answers = ["450 later"]
    door = sender(serve())
    with pytest.raises(NotDelivered):
        door.send(make_delivery())
    for _ in range(2):
        door.send(make_delivery())
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1


@pytest.mark.parametrize(
    ("where", "answer", "error"),
    [
        ("answers", "450 4.2.1 mailbox busy", NotDelivered),
        ("answers", "452 4.3.1 no room", NotDelivered),
        ("answers", "550 5.7.1 spam", DeliveryRefused),
        ("answers", "554 5.6.0 no", DeliveryRefused),
        ("recipients", "450 4.2.0 greylisted", NotDelivered),
        ("recipients", "550 5.1.1 no such user", DeliveryRefused),
    ],
)
def test_what_the_servers_answer_means(mailbox, serve, where, answer, error):
    setattr(mailbox, where, [answer])
    with pytest.raises(NotDelivered) as caught:
        sender(serve()).send(make_delivery())
    assert type(caught.value) is error
    assert caught.value.message == answer
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("where", "answer", "brief"),
    [
        ("recipients", "550 5.1.1 <anna@example.org>: user unknown", "550 5.1.1"),
        ("recipients", "450 <anna@example.org>: greylisted", "450"),
        ("answers", "554 anna@example.org is not known here", "554"),
    ],
)
def test_what_a_log_may_hold_of_an_answer_names_nobody(mailbox, serve, where, answer, brief):
    setattr(mailbox, where, [answer])
    with pytest.raises(NotDelivered) as caught:
        sender(serve()).send(make_delivery())
    assert (caught.value.message, caught.value.brief) == (answer, brief)


def test_nobody_there():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(ReceiverAway):
        sender(port).send(make_delivery())


def test_a_server_that_says_nothing_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        with pytest.raises(ReceiverAway):
            SmtpSender(f"smtp://127.0.0.1:{silent.getsockname()[1]}", FROM, timeout=0.3).send(
                make_delivery()
            )
        assert time.monotonic() - start < 3


@pytest.mark.parametrize("goodbye", [b"", b"500 what?\r\n"])
def test_a_mail_that_was_taken_is_delivered_however_the_server_says_goodbye(goodbye):
    def talk(listener):
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 hello\r\n")
            for line in lines:
                word = line.split()[0].upper()
                if word == b"DATA":
                    connection.sendall(b"354 go\r\n")
                    while lines.readline() != b".\r\n":
                        pass
                    connection.sendall(b"250 taken\r\n")
                elif word == b"QUIT":
                    connection.sendall(goodbye)
                    return
                else:
                    connection.sendall(b"250 fine\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk, args=(listener,))
        thread.start()
        sender(listener.getsockname()[1]).send(make_delivery())
        thread.join()


class TestTls:
    def test_starttls_and_login(self, mailbox, serve, certificate):
        server, client = certificate
        port = serve(tls_context=server, authenticator=only_ada, auth_required=True)
        sender(port, scheme="smtp+starttls", user="ada:p%40ss%3Aword%2F@", tls=client).send(
            make_delivery()
        )
        assert mailbox.tls == [True]

    def test_tls_from_the_start(self, mailbox, serve, certificate):
        server, client = certificate
        sender(serve(ssl_context=server), scheme="smtps", tls=client).send(make_delivery())
        assert len(mailbox.mails) == 1

    def test_a_wrong_password_is_no_fault_of_the_mail(self, mailbox, serve, certificate):
        server, client = certificate
        port = serve(tls_context=server, authenticator=only_ada, auth_required=True)
        with pytest.raises(ReceiverAway, match="535") as caught:
            sender(port, scheme="smtp+starttls", user="ada:wrong@", tls=client).send(
                make_delivery()
            )
        assert "wrong" not in caught.value.message
        assert mailbox.mails == []

    def test_a_server_without_tls_gets_nothing(self, mailbox, serve):
        with pytest.raises(ReceiverAway):
            sender(serve(), scheme="smtp+starttls").send(make_delivery())
        assert mailbox.mails == []

    def test_an_unknown_certificate_gets_nothing(self, mailbox, serve, certificate):
        port = serve(tls_context=certificate[0])
        with pytest.raises(ReceiverAway):
            sender(port, scheme="smtp+starttls").send(make_delivery())
        assert mailbox.mails == []


@pytest.mark.parametrize("subject", ["a\nBcc: all@example.org", "a\r\n\r\nbody", "  a \t b "])
def test_a_subject_is_one_line(mailbox, serve, subject):
    sender(serve()).send(make_delivery(subject=subject))
    (mail,) = mailbox.mails
    assert mail["Subject"] == " ".join(subject.split())
    assert mail["Bcc"] is None
    assert mailbox.to == [["eve@example.org"]]


@pytest.mark.parametrize("to", ["a@b.example\nBcc: c@d.example", "nobody", "ève@exämple.org"])
def test_an_address_that_is_none_reaches_nobody_else(mailbox, serve, to):
    with suppress(NotDelivered, ValueError):
        sender(serve()).send(make_delivery(to=to))
    assert all(found == [to] for found in mailbox.to)


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("smtp://mail.example.org", 25),
        ("smtp+starttls://mail.example.org", 587),
        ("smtps://mail.example.org", 465),
        ("smtp://mail.example.org:2525", 2525),
    ],
)
def test_addresses(url, port):
    server = MailServer.of(url)
    assert (server.host, server.port, server.user) == ("mail.example.org", port, "")


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://x", "smtp://", "smtp://x:y", "smtp:/x"]
)
def test_what_is_no_address(url):
    with pytest.raises(InvalidRequest) as caught:
        MailServer.of(url)
    assert caught.value.field == "smtp_url"
