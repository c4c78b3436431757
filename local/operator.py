"""An operator, as a program: signs requests to the operators' API as `aws` or an SDK does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.api import HttpAnswer
    from local.stack import LocalStack

REVIEWS = "/v1/reviews"


@dataclass(frozen=True)
class Operator:
    """One operator on the local stack.

    Attributes:
        stack: whose cases are decided.
        name: access key, which the local gateway takes for the user's name.
    """

    stack: LocalStack
    name: str = "petugas"

    def call(self, method: str, path: str = "", body: Any = None) -> HttpAnswer:  # noqa: ANN401 (any JSON)
        """Call the operators' API."""
        day = datetime.now(UTC).strftime("%Y%m%d")
        scope = f"{self.name}/{day}/{self.stack.region}/execute-api/aws4_request"
        # The local gateway believes a signature; IAM is AWS's own.
        signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
        headers = {"Authorization": signed, "Content-Type": "application/json", "Accept-Language": "en"}
        return self.stack.http(method, f"{REVIEWS}{path}", headers, json.dumps(body) if body is not None else None)

    def list(self, limit: int = 100) -> list[dict[str, Any]]:
        """Every case that waits, oldest first."""
        cases: list[dict[str, Any]] = []
        place = ""
        while True:
            page = self.call("GET", f"?limit={limit}{place}").json()
            cases += page["cases"]
            if page["next"] is None:
                return cases
            place = f"&next={page['next']}"

    def read(self, registration_id: str) -> dict[str, Any]:
        """One case, or the problem document that says why not."""
        case: dict[str, Any] = self.call("GET", f"/{registration_id}").json()
        return case

    def decide(
        self, registration_id: str, decision: str, note: str = "KTP dilihat di loket.", question: str | None = None
    ) -> HttpAnswer:
        """Approve, reject, or give back for correction: what is asked now, or what was asked when it was read."""
        question = question or self.read(registration_id).get("question", "none")
        return self.call("POST", f"/{registration_id}", {"question": question, "decision": decision, "note": note})
