"""Home collection of broken devices: promise a slot, plan the night, drive the route."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("collection")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0.0.0"
