"""How much memory a night takes, and a limit to it."""

from __future__ import annotations

import resource
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTE = 2**20

# Linux tells kilobytes, macOS bytes.
_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024


def peak_mb(usage: resource.struct_rusage | None = None) -> int:
    """Most memory that a process ever had in use.

    Parameters
    ----------
    usage : resource.struct_rusage, optional
        What the system tells of an ended process; of this process by default.

    Returns
    -------
    int
        Resident megabytes of 2**20 bytes, rounded up, shared libraries included.
    """
    if usage is None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
    return -(-usage.ru_maxrss * _MAXRSS_BYTES // MEGABYTE)


@contextmanager
def limited(megabytes: int, *, what: str) -> Iterator[None]:
    """Refuse this process memory beyond what it has, and some more, while the block runs.

    Linux counts what is asked for (``RLIMIT_DATA``), so an array that would not fit is refused
    before any of it is touched, and no neighbour is driven out. Nothing is refused elsewhere.

    Parameters
    ----------
    megabytes : int
        How much more; 0 for no limit. Room for a few threads must be in it: one that cannot
        even start is waited for in vain.
    what : str
        Who asks, for the message.

    Yields
    ------
    None
        The block.

    Raises
    ------
    MemoryError
        If the block needs more.
    """
    present = _asked_for()
    if not megabytes or present is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = present + megabytes * MEGABYTE
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
    try:
        yield
    except MemoryError as error:
        raise MemoryError(
            f"{what} needs more than the {megabytes} MB that COLLECTION_WORKER_MEMORY_MB allows "
            f"({error}): give its workers more, or split the territory"
        ) from error
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _asked_for() -> int | None:
    """Bytes that count against the limit now; None where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    return int(status.partition("VmData:")[2].split()[0]) * 1024
