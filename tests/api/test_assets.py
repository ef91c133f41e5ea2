import shutil
from pathlib import Path

import pytest

from collection.api import assets
from collection.errors import InvalidRequest

NPM = Path(__file__).parents[2] / "node_modules"
needs_npm = pytest.mark.skipif(
    not (NPM / "leaflet").exists(), reason="npm has not installed the assets; run `npm ci`"
)


@needs_npm
def test_the_pinned_hashes_are_those_of_the_npm_files(tmp_path):
    assert assets.copy_vendor(NPM, tmp_path / "vendor") is True
    loaded = assets.map_assets(tmp_path / "nowhere")
    for asset in (*loaded.scripts, *loaded.styles):
        name = asset.url.removeprefix(f"{assets.CDN_HOST}/npm/")
        assert asset.integrity == assets.integrity(tmp_path / "vendor" / name)


@needs_npm
def test_a_second_copy_changes_nothing(tmp_path):
    vendor = tmp_path / "vendor"
    assets.copy_vendor(NPM, vendor)
    before = sorted((path, path.stat().st_mtime_ns) for path in vendor.rglob("*"))
    assert assets.copy_vendor(NPM, vendor) is False
    assert sorted((path, path.stat().st_mtime_ns) for path in vendor.rglob("*")) == before


@needs_npm
def test_a_damaged_copy_is_replaced_as_a_whole(tmp_path):
    vendor = tmp_path / "vendor"
    assets.copy_vendor(NPM, vendor)
    script = next(vendor.rglob("leaflet.js"))
    script.write_text("broken")
    (vendor / "left-over").write_text("of an older version")
    assert assets.copy_vendor(NPM, vendor) is True
    assert "Leaflet" in script.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["vendor"]
    assert not (vendor / "left-over").exists()


def test_without_npm_the_message_says_what_to_run(tmp_path):
    with pytest.raises(InvalidRequest, match="npm ci"):
        assets.copy_vendor(tmp_path / "node_modules", tmp_path / "vendor")
    assert list(tmp_path.iterdir()) == []


@needs_npm
def test_a_file_that_is_not_the_pinned_one_is_refused(tmp_path):
    shutil.copytree(NPM / "leaflet", tmp_path / "node_modules" / "leaflet")
    shutil.copytree(NPM / "jquery", tmp_path / "node_modules" / "jquery")
    (tmp_path / "node_modules/leaflet/dist/leaflet.js").write_text("something else")
    with pytest.raises(InvalidRequest, match=r"leaflet\.js is not the pinned file"):
        assets.copy_vendor(tmp_path / "node_modules", tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()


@needs_npm
def test_the_own_copy_wins_over_the_network(tmp_path):
    assets.copy_vendor(NPM, tmp_path / "vendor")
    loaded = assets.map_assets(tmp_path / "vendor")
    for asset in (*loaded.scripts, *loaded.styles):
        assert asset.url.startswith("/static/vendor/")
        assert asset.attributes() == ""
