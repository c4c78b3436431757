"""What is certain about a message after a failed call: that it was not accepted, or nothing.

Reasons of `EmailUnavailable` and `PhoneUnavailable`: `not_configured`, `unreachable`, `credentials`, `misconfigured`, `quota_exhausted`,
`refused`, `partner_error`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004 (its name)

from functions.shared.errors import QUOTA_EXHAUSTED, REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.shared.errors import LayerUnavailable

_CREDENTIALS: Final = frozenset({
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
})  # fmt: skip
_MISCONFIGURED: Final = frozenset({
    "AccountSuspendedException",
    "ConflictException",
    "MailFromDomainNotVerifiedException",
    "MessageRejected",
    "NotFoundException",
    "ResourceNotFoundException",
    "SendingPausedException",
})  # fmt: skip
_QUOTA: Final = frozenset({
    "LimitExceededException",
    "ServiceQuotaExceededException",
    "ThrottledRequestException",
    "ThrottlingException",
    "TooManyRequestsException",
})  # fmt: skip
_OPTED_OUT: Final = "DESTINATION_PHONE_NUMBER_OPTED_OUT"
"""The one reason of a `ConflictException` that lies with the number; the others are of our account and its settings."""
_SERVER_ERRORS: Final = 500


class SendUnknown(Exception):
    """The carrier, or the mail service, may or may not have accepted the message.

    Args:
        reason: `no_answer`, `answer_cut` or `answer_malformed`; never text from the partner.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def aws_call(unavailable: type[LayerUnavailable]) -> Iterator[None]:
    """Turn what a boto3 client raises while it sends into the layer's error or `SendUnknown`.

    An error that AWS answered, in any class, says that it did not take the message.
    """
    try:
        yield
    except ClientError as error:
        raise _refusal(error, unavailable) from None
    except ConnectionError:  # before anything was sent; an answer that failed to come is no ConnectionError here
        raise unavailable("unreachable") from None
    except HTTPClientError:
        raise SendUnknown("no_answer") from None
    except BotoCoreError:  # no credentials, a parameter that cannot be: found before anything was sent
        raise unavailable("misconfigured", our_fault=True) from None
    except Exception:  # noqa: BLE001 (an answer that is not an object breaks the SDK's parser in many ways)
        raise SendUnknown("answer_malformed") from None


def _refusal(error: ClientError, unavailable: type[LayerUnavailable]) -> LayerUnavailable:
    code = error.response["Error"].get("Code", "")
    if error.response.get("Reason") == _OPTED_OUT:
        return unavailable(REFUSED)
    if code in _CREDENTIALS:
        return unavailable("credentials", our_fault=True)
    if code in _MISCONFIGURED:  # the sender, the template or the configuration set
        return unavailable("misconfigured", our_fault=True)
    if code in _QUOTA:
        return unavailable(QUOTA_EXHAUSTED)
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return unavailable("partner_error" if status >= _SERVER_ERRORS else REFUSED)
