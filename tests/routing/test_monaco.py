import hashlib
import io
import tarfile

import pytest

from collection.errors import RoutingUnavailable
from collection.routing import monaco


def archive(path, members):
    with tarfile.open(path, "w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(monaco, "_PAUSE_SECONDS", 0.0)


def expect(monkeypatch, data):
    monkeypatch.setattr(monaco, "SHA256", hashlib.sha256(data).hexdigest())


def bring(monkeypatch, path):
    """Let the download step bring a prepared file."""
    monkeypatch.setattr(monaco, "_download", lambda folder: path)


def test_what_is_there_is_not_fetched_again(tmp_path, monkeypatch):
    expect(monkeypatch, b"streets")
    (tmp_path / "monaco.osm.pbf").write_bytes(b"streets")
    bring(monkeypatch, None)
    assert monaco.fetch_monaco(tmp_path).read_bytes() == b"streets"


def test_only_the_one_member_is_kept(tmp_path, monkeypatch):
    expect(monkeypatch, b"streets")
    sdist = archive(tmp_path / "x.tar.gz", {"q/other.txt": b"no", f"q/{monaco.MEMBER}": b"streets"})
    bring(monkeypatch, sdist)
    home = tmp_path / "networks"
    assert monaco.fetch_monaco(home).read_bytes() == b"streets"
    assert [file.name for file in home.iterdir()] == ["monaco.osm.pbf"]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({f"q/{monaco.MEMBER}": b"something else"}, "another"),
        ({"q/other.txt": b"no"}, "holds no"),
    ],
)
def test_another_file_is_not_used(tmp_path, monkeypatch, members, message):
    bring(monkeypatch, archive(tmp_path / "x.tar.gz", members))
    home = tmp_path / "networks"
    with pytest.raises(RoutingUnavailable, match=message):
        monaco.fetch_monaco(home)
    assert list(home.iterdir()) == []


def test_a_damaged_archive_is_not_used(tmp_path, monkeypatch):
    whole = archive(tmp_path / "x.tar.gz", {f"q/{monaco.MEMBER}": bytes(range(256)) * 40})
    whole.write_bytes(whole.read_bytes()[:150])
    bring(monkeypatch, whole)
    with pytest.raises(RoutingUnavailable, match="damaged"):
        monaco.fetch_monaco(tmp_path / "networks")


def test_pip_without_an_index_gives_one_clear_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(monaco, "_TRIES", 2)
    with pytest.raises(RoutingUnavailable, match="after 2 tries") as caught:
        monaco.fetch_monaco(tmp_path)
    assert "\n" not in caught.value.message
    assert "--osm" in caught.value.message
    assert list(tmp_path.iterdir()) == []
