"""KMS: keys of the kind that the template asks for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from moto.kms.models import Key, kms_backends


@contextmanager
def kms() -> Iterator[None]:
    """Make keys as AWS does while the block runs."""
    with patch.object(Key, "create_from_cloudformation_json", classmethod(_create)):
        yield


def _create(
    cls: type[Key],
    /,
    resource_name: str,
    cloudformation_json: Mapping[str, Any],
    account_id: str,
    region_name: str,
    **more: Any,  # noqa: ANN401 (of moto)
) -> Key:
    """A key has the kind and use that it is asked for; moto's CloudFormation makes all of them encrypt."""
    del cls, resource_name, more
    properties = cloudformation_json["Properties"]
    key = kms_backends[account_id][region_name].create_key(
        policy=properties["KeyPolicy"],
        key_usage=properties.get("KeyUsage", "ENCRYPT_DECRYPT"),
        key_spec=properties.get("KeySpec", "SYMMETRIC_DEFAULT"),
        description=properties.get("Description"),
        tags=properties.get("Tags", []),
    )
    key.key_rotation_status = properties.get("EnableKeyRotation", False)
    key.enabled = properties.get("Enabled", True)
    return key
