"""Mail into a folder, for who has no mail server yet."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from collection.senders.mail import make_mail

if TYPE_CHECKING:
    from pathlib import Path

    from collection.model import Delivery

KEPT = 1_000
"""Files that stay in the folder, the newest."""

_ODD = re.compile(r"[^A-Za-z0-9._-]")


class MailFolder:
    """A `Sender` that writes each mail into a file, which any mail program opens.

    Parameters
    ----------
    folder : Path
        Where; made on first use.
    mail_from : str
        Who sends.
    kept : int
        Files that stay.
    """

    def __init__(self, folder: Path, mail_from: str, *, kept: int = KEPT) -> None:
        self._folder = folder
        self._mail_from = mail_from
        self._kept = kept

    def send(self, delivery: Delivery) -> None:
        """Write a mail.

        Parameters
        ----------
        delivery : Delivery
            The mail; a second try writes the same file.
        """
        # It will hold people's names and addresses.
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{_ODD.sub('_', delivery.id)}.eml"
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_bytes(bytes(make_mail(delivery, mail_from=self._mail_from)))
        draft.replace(path)
        self._tidy()

    def _tidy(self) -> None:
        files = list(self._folder.glob("*.eml"))
        if len(files) > self._kept * 11 // 10:
            files.sort(key=lambda path: path.stat().st_mtime_ns)
            for old in files[: -self._kept]:
                old.unlink(missing_ok=True)
