"""Where Leaflet and jQuery come from: copied at set-up, or a content delivery network.

``python -m collection.api.assets`` copies what npm installed to where the API serves it.
Without the copy (a plain ``pip install``) pages load the same files from `CDN_HOST`, each
pinned by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from collection.errors import InvalidRequest
from collection.routing.maps import Asset, MapAssets

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor"
CDN_HOST = "https://cdn.jsdelivr.net"

_NPM = Path(__file__).parents[2] / "node_modules"
_SCRIPTS = {
    "leaflet@1.9.4/dist/leaflet.js": (
        "sha384-cxOPjt7s7Iz04uaHJceBmS+qpjv2JkIHNVcuOrM+YHwZOmJGBXI00mdUXEq65HTH"
    ),
    "jquery@3.7.1/dist/jquery.min.js": (
        "sha384-1H217gwSVyLSIfaLxHbE7dRb3v4mYCKbpQvzx0cegeju1MVsGrX5xXxAvs/HgeFs"
    ),
}
_STYLES = {
    "leaflet@1.9.4/dist/leaflet.css": (
        "sha384-sHL9NAb7lN7rfvG5lfHpm643Xkcjzp4jFvuavGOndn6pjVqS6ny56CAt3nsEVT4H"
    ),
}
_IMAGES = "leaflet@1.9.4/dist/images"


def integrity(path: Path) -> str:
    """Hash of a file as browsers check it.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        ``sha384-`` and the base64 digest.
    """
    digest = hashlib.sha384(path.read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


def installed(vendor: Path = VENDOR) -> bool:
    """Whether the own copy is there.

    Parameters
    ----------
    vendor : Path
        Where it would be.

    Returns
    -------
    bool
        True if every script and style sheet is.
    """
    return all((vendor / name).is_file() for name in (*_SCRIPTS, *_STYLES))


def map_assets(vendor: Path = VENDOR) -> MapAssets:
    """Tell what maps load.

    Parameters
    ----------
    vendor : Path
        Where the own copy is, or is not.

    Returns
    -------
    MapAssets
        Own addresses, or those of `CDN_HOST` with hashes.
    """
    local = installed(vendor)

    def asset(name: str, expected: str) -> Asset:
        if local:
            return Asset(f"/static/vendor/{name}")
        return Asset(f"{CDN_HOST}/npm/{name}", expected)

    return MapAssets(
        scripts=tuple(asset(*item) for item in _SCRIPTS.items()),
        styles=tuple(asset(*item) for item in _STYLES.items()),
    )


def copy_vendor(source: Path = _NPM, vendor: Path = VENDOR) -> bool:
    """Copy what npm installed, whole or not at all.

    Parameters
    ----------
    source : Path
        The ``node_modules`` folder.
    vendor : Path
        Where the API serves it from; replaced as one.

    Returns
    -------
    bool
        Whether anything was copied; False if it was there already.

    Raises
    ------
    InvalidRequest
        If a file is missing in `source` or is not the pinned one.
    """
    wanted = {**_SCRIPTS, **_STYLES}
    if all((vendor / n).is_file() and integrity(vendor / n) == h for n, h in wanted.items()):
        return False
    vendor.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=vendor.parent, prefix=".vendor-") as folder:
        fresh = Path(folder) / "vendor"
        for name, expected in wanted.items():
            origin = _origin(source, name)
            if not origin.is_file():
                raise InvalidRequest(f"{origin} is missing; run `npm ci` first")
            if integrity(origin) != expected:
                raise InvalidRequest(f"{origin} is not the pinned file; run `npm ci` again")
            target = fresh / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(origin, target)
        shutil.copytree(_origin(source, _IMAGES), fresh / _IMAGES)
        fresh.chmod(0o755)
        if vendor.exists():
            os.replace(vendor, Path(folder) / "old")  # noqa: PTH105 - the atomic one
        os.replace(fresh, vendor)  # noqa: PTH105
    return True


def _origin(source: Path, name: str) -> Path:
    # "leaflet@1.9.4/dist/leaflet.js" is node_modules/leaflet/dist/leaflet.js.
    package, _, rest = name.partition("/")
    return source / package.partition("@")[0] / rest


def main() -> int:
    """Copy the assets and say what was done.

    Returns
    -------
    int
        Exit status: 2 if npm has not installed them.
    """
    try:
        copied = copy_vendor()
    except InvalidRequest as error:
        sys.stderr.write(f"{error.message}\n")
        return 2
    sys.stdout.write(f"front-end assets {'copied to' if copied else 'already in'} {VENDOR}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
