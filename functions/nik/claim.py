"""Whose NIK it is: at most one verified registration has it.

A claim is an item of its own, `nik#<MAC of the NIK>`. It is looked up here and taken by the state `Complete`, in the
transaction that makes a registration verified. So somebody who only types another person's NIK does not keep its owner
out, and of two registrations that get that far at the same time one has it.
"""

from functions.shared import aws


def claim_key(nik: str, key_id: str) -> str:
    """The claim's key: a keyed MAC, because a plain hash of 16 digits can be reversed by trying them all."""
    mac = aws.kms().generate_mac(KeyId=key_id, MacAlgorithm="HMAC_SHA_256", Message=f"nik\n{nik}".encode())
    return f"nik#{mac['Mac'].hex()}"


def owner(claim: str, table: str) -> str | None:
    """Id of the registration that is verified with it, or None."""
    found = aws.dynamodb().get_item(TableName=table, Key={"id": claim}, ConsistentRead=True).get("Item")
    return str(found["registration_id"]) if found else None
