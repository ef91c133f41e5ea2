"""The street network as arrays: what every matrix, path and base map is computed from."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from collection.errors import InvalidRequest, RoutingUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = 1
"""Version of the files; a network of another version must be built again."""

ARRAYS_FILE = "network.npz"
META_FILE = "meta.json"
ADDRESS_FILE = "addresses.sqlite"

_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """A strongly connected directed street graph with n nodes and m edges.

    Parameters
    ----------
    node_lon, node_lat : ndarray of float64, shape (n,)
        Nodes in WGS 84 degrees.
    tail, head : ndarray of int32, shape (m,)
        Nodes where each edge starts and ends.
    metres : ndarray of float64, shape (m,)
        Length.
    seconds : ndarray of float64, shape (m,)
        Travel time with all delays.
    twin : ndarray of int32, shape (m,)
        The same street in the other direction; -1 for a one-way street.
    highway : ndarray of int32, shape (m,)
        Index into `classes`.
    name : ndarray of int32, shape (m,)
        Index into `names`.
    offset : ndarray of int64, shape (m + 1,)
        Edge e has the vertices ``offset[e]`` up to, not including, ``offset[e + 1]``.
    lon, lat : ndarray of float64
        Vertices of all edges in driving order, in WGS 84 degrees.
    classes : tuple of str
        OSM highway classes.
    names : tuple of str
        Street names; one of them is empty where some street has none.
    """

    node_lon: NDArray[np.float64]
    node_lat: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    metres: NDArray[np.float64]
    seconds: NDArray[np.float64]
    twin: NDArray[np.int32]
    highway: NDArray[np.int32]
    name: NDArray[np.int32]
    offset: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    classes: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.node_lon)

    @property
    def edges(self) -> int:
        """How many directed edges there are."""
        return len(self.tail)

    @property
    def oneway(self) -> NDArray[np.bool_]:
        """Whether each edge is a one-way street, shape (m,)."""
        return np.asarray(self.twin < 0)

    @property
    def streets(self) -> NDArray[np.int64]:
        """Indices of the edges that hold each street once, whatever its directions."""
        return np.flatnonzero(self.oneway | (np.arange(self.edges) < self.twin))

    @cached_property
    def fingerprint(self) -> str:
        """Hash of everything; the same gives the same matrices."""
        digest = hashlib.sha256(f"{FORMAT}".encode())
        for key, array in self._arrays().items():
            digest.update(key.encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:32]

    def vertices(self, edge: int) -> NDArray[np.float64]:
        """Geometry of an edge.

        Parameters
        ----------
        edge : int
            Which.

        Returns
        -------
        ndarray of float64, shape (k, 2)
            Longitude and latitude of its vertices in driving order.
        """
        part = slice(self.offset[edge], self.offset[edge + 1])
        return np.column_stack((self.lon[part], self.lat[part]))

    def street_lines(
        self, bounds: tuple[float, float, float, float] | None = None
    ) -> list[tuple[str, str, list[tuple[float, float]]]]:
        """Lines to draw a base map of, each street once.

        Parameters
        ----------
        bounds : tuple of float, optional
            West, south, east and north in degrees; streets whose own bounds lie outside
            are left out.

        Returns
        -------
        list of (str, str, list of (lon, lat))
            OSM highway class, street name (may be empty) and vertices.
        """
        wanted = self.streets
        if bounds is not None:
            west, south, east, north = bounds
            start = self.offset[:-1]
            inside = (
                (np.maximum.reduceat(self.lon, start) >= west)
                & (np.minimum.reduceat(self.lon, start) <= east)
                & (np.maximum.reduceat(self.lat, start) >= south)
                & (np.minimum.reduceat(self.lat, start) <= north)
            )
            wanted = wanted[inside[wanted]]
        return [
            (
                self.classes[self.highway[edge]],
                self.names[self.name[edge]],
                [(lon, lat) for lon, lat in self.vertices(edge).tolist()],
            )
            for edge in wanted.tolist()
        ]

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder that nobody reads yet.

        Parameters
        ----------
        folder : Path
            An existing folder; see `collection.routing.network` for the swap into place.
        """
        np.savez(folder / ARRAYS_FILE, allow_pickle=False, **self._arrays())
        meta = {"format": FORMAT, "fingerprint": self.fingerprint}
        (folder / META_FILE).write_text(json.dumps(meta) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a network.

        Parameters
        ----------
        folder : Path
            Where it was saved.

        Returns
        -------
        Network
            The network.

        Raises
        ------
        RoutingUnavailable
            If there is none, or its files are damaged or of another version.
        """
        again = f"build it with: collection network build {folder.name}"
        try:
            meta = json.loads((folder / META_FILE).read_text(encoding="utf-8"))
            if meta["format"] != FORMAT:
                raise RoutingUnavailable(
                    f"street network {folder.name!r} is of another version; {again}"
                )
            with np.load(folder / ARRAYS_FILE, allow_pickle=False) as archive:
                values: dict[str, Any] = {f.name: archive[f.name] for f in fields(cls)}
            for key in _TEXT_FIELDS:
                values[key] = tuple(values[key].tobytes().decode().split("\n"))
            network = cls(**values)
        except FileNotFoundError as error:
            raise RoutingUnavailable(f"no street network {folder.name!r}; {again}") from error
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise RoutingUnavailable(
                f"street network {folder.name!r} is damaged ({error}); {again}"
            ) from error
        if network.fingerprint != meta.get("fingerprint"):
            raise RoutingUnavailable(f"street network {folder.name!r} is damaged; {again}")
        return network

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        arrays = {f.name: getattr(self, f.name) for f in fields(self)}
        for key in _TEXT_FIELDS:
            arrays[key] = np.frombuffer("\n".join(arrays[key]).encode(), dtype=np.uint8)
        return arrays


_TEXT_FIELDS = ("classes", "names")


def network_folder(directory: Path, name: str) -> Path:
    """Folder of a network.

    Parameters
    ----------
    directory : Path
        Where all networks are.
    name : str
        The network's name.

    Returns
    -------
    Path
        ``directory / name``.

    Raises
    ------
    InvalidRequest
        If `name` has anything but lower-case letters, digits and ``-``.
    """
    if not name or not set(name) <= _NAME_CHARACTERS or name.startswith("-"):
        raise InvalidRequest(
            f"network name {name!r} must consist of lower-case letters, digits and '-',"
            " and not start with '-'",
            field="name",
        )
    return directory / name


def network_exists(directory: Path, name: str) -> bool:
    """Whether a network was built.

    Parameters
    ----------
    directory : Path
        Where all networks are.
    name : str
        The network's name.

    Returns
    -------
    bool
        True if there is one of this version.
    """
    folder = network_folder(directory, name)
    try:
        meta = json.loads((folder / META_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    files = (folder / ARRAYS_FILE, folder / ADDRESS_FILE)
    return bool(meta.get("format") == FORMAT) and all(file.is_file() for file in files)
