"""Webhooks: never inside."""

import pytest

from stack.visitor import RefusedError, Visitor


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/", "http://localhost/",
     "http://169.254.169.254/", "ftp://example.org/", "http://a:b@example.org/",
     "http://example.org:port/", "http://"],
)  # fmt: skip
async def test_an_address_inside_is_refused(observer: Visitor, url: str) -> None:
    with pytest.raises(RefusedError, match="url"):
        await observer.post("newwebhook", url=url)
