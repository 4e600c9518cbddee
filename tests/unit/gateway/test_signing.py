"""What a webhook is sent is known as ours by a library of Standard Webhooks."""

import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from services.gateway.domain.signing import signatures, standard_secret

SECRET, BODY = "5d41402abc4b2a76b9719d911017c592", b'{"kind": "observation"}'


def test_a_message_is_known_as_ours() -> None:
    marks = signatures(SECRET, "observation:7:1", round(time.time()), BODY)
    told = Webhook(standard_secret(SECRET)).verify(BODY, dict(marks))
    assert told == {"kind": "observation"}


@pytest.mark.parametrize(
    ("secret", "id", "age", "body"),
    [
        ("another", "observation:7:1", 0, BODY),
        (SECRET, "observation:8:1", 0, BODY),
        (SECRET, "observation:7:1", 3600, BODY),
        (SECRET, "observation:7:1", 0, BODY + b" "),
    ],
    ids=["another's", "of another id", "played again", "changed"],
)
def test_any_other_is_not(secret: str, id: str, age: int, body: bytes) -> None:
    marks = dict(signatures(secret, id, round(time.time()) - age, BODY))
    marks["webhook-id"] = "observation:7:1"
    with pytest.raises(WebhookVerificationError):
        Webhook(standard_secret(SECRET)).verify(body, marks)
