"""A delivery for the tests of this folder."""

from datetime import UTC, date, datetime

from collection.model import Channel, Delivery, NoticeKind

TEXT = """\
Bonjour Ève <Müller>,

à 10:35
https://x.example/track/a?b=1&c=2

--\x20
Collection
"""


def make_delivery(**changes):
    fields = {
        "id": "monaco.a1.7-0.next_stop.mail",
        "territory": "monaco",
        "day": date(2026, 3, 3),
        "kind": NoticeKind.NEXT_STOP,
        "channel": Channel.MAIL,
        "request_id": "monaco.a1",
        "language": "fr",
        "to": "eve@example.org",
        "subject": "Bientôt chez vous, à 10:35",
        "text": TEXT,
        "link": "https://x.example/track/a?b=1&c=2",
        "due": datetime(2026, 3, 3, 9, tzinfo=UTC),
    }
    return Delivery(**{**fields, **changes})
