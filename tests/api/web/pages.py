"""Reading pages as a browser does."""

import json
from html.parser import HTMLParser


class Page(HTMLParser):
    """Tags and visible text of a page.

    Parameters
    ----------
    answer : httpx.Response
        An HTML answer.
    """

    def __init__(self, answer):
        super().__init__()
        self.status = answer.status_code
        self.policy = answer.headers["content-security-policy"]
        self.tags = []
        self._texts = []
        self._inside = []
        self.data = {}
        self.feed(answer.text)
        self.text = " ".join(" ".join(self._texts).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tag, attributes = self._inside[-1] if self._inside else ("", {})
        if tag == "script":
            if attributes.get("id") == "page-data":
                self.data = json.loads(data)
        elif tag != "style":
            self._texts.append(data)

    def of(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    def by_id(self, identifier):
        return next(attributes for _, attributes in self.tags if attributes.get("id") == identifier)


def assert_strict(page):
    """Nothing from elsewhere, no code outside of files, a label for every field."""
    assert "unsafe" not in page.policy
    assert "http" not in page.policy
    assert "default-src 'none'" in page.policy
    for script in page.of("script"):
        assert "src" in script or script["type"] == "application/json"
        assert script.get("src", "/").startswith("/")
    assert all(link["href"].startswith("/") for link in page.of("link"))
    for tag, attributes in page.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
    labels = {label.get("for") for label in page.of("label")}
    for tag in ("input", "select", "textarea"):
        for field in page.of(tag):
            # Radio buttons stand inside their labels; the template's fields get ids later.
            if field.get("type") != "radio" and "data-field" not in field:
                assert field["id"] in labels
