"""Nothing leaves this machine: an AWS client that moto does not answer may reach loopback only.

It could be a thread that outlived its stack. Importing this module is enough; clients made afterwards obey.
"""

from typing import Any, Final
from urllib.parse import urlsplit

from botocore.exceptions import EndpointConnectionError
from botocore.handlers import BUILTIN_HANDLERS
from moto.core.models import botocore_stubber

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def _stay_here(request: Any, **_: Any) -> None:  # noqa: ANN401 (botocore's arguments)
    # All handlers are called, also when moto's has an answer; while it is enabled it has one for every address of AWS.
    if not botocore_stubber.enabled and urlsplit(request.url).hostname not in _LOOPBACK:
        raise EndpointConnectionError(endpoint_url=request.url)


BUILTIN_HANDLERS.append(("before-send", _stay_here))
