import stat
from email import message_from_bytes, policy

from collection.senders import MailFolder
from tests.senders.samples import make_delivery


def test_a_mail_is_a_file_that_mail_programs_open(tmp_path):
    folder = MailFolder(tmp_path / "mails", "Collection <pickup@example.org>")
    for _ in range(2):
        folder.send(make_delivery())
    (path,) = (tmp_path / "mails").iterdir()
    assert path.name == "monaco.a1.7-0.next_stop.mail.eml"
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert mail["Subject"] == "Bientôt chez vous, à 10:35"
    assert mail["X-Delivery-Id"] == "monaco.a1.7-0.next_stop.mail"
    assert "Bonjour Ève" in mail.get_body(("plain",)).get_content()
    assert stat.S_IMODE((tmp_path / "mails").stat().st_mode) == 0o700


def test_no_id_leaves_the_folder(tmp_path):
    MailFolder(tmp_path / "mails", "x@example.org").send(make_delivery(id="../../etc/a b"))
    assert [path.name for path in (tmp_path / "mails").iterdir()] == [".._.._etc_a_b.eml"]


def test_only_the_newest_stay(tmp_path):
    folder = MailFolder(tmp_path, "x@example.org", kept=10)
    for number in range(35):
        folder.send(make_delivery(id=f"m{number:02}"))
    left = sorted(path.stem for path in tmp_path.glob("*.eml"))
    assert 10 <= len(left) <= 11
    assert left[-1] == "m34"
