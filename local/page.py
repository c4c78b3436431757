"""The registration page as CloudFront serves it: the files of `frontend/`, with the headers that the template says."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final

from flask import Request, Response
from samcli.yamlhelper import yaml_parse

from local.files import Files
from local.template import ROOT, TEMPLATE

FOLDER: Final = ROOT / "frontend"

_DISTRIBUTION: Final = "PageDistribution"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Which files get which headers.

    Attributes:
        pattern: of the path, with `*` for anything.
        headers: what the response headers policy sets.
    """

    pattern: str
    headers: Mapping[str, str]

    def applies(self, path: str) -> bool:
        """Whether a path is meant. CloudFront ignores whether a pattern begins with a slash."""
        return fnmatchcase(path.lstrip("/"), self.pattern.lstrip("/"))


class Page:
    """The page's files.

    Args:
        files: of `frontend/`, or of another folder in a test.
    """

    def __init__(self, files: Files | None = None) -> None:
        self._files = files or Files(FOLDER)
        self._behaviours = behaviours()

    def answer(self, request: Request, path: str) -> Response | None:
        """The answer to a GET of a path without its first slash; None when there is no such file."""
        name = path or "index.html"
        headers = dict(next(each.headers for each in self._behaviours if each.applies(name)))
        if _is_the_consoles_frame(request):
            headers = framed(headers)
        return self._files.answer(request, name, headers)


def headers_of_the_page() -> Mapping[str, str]:
    """What the template sets on the page itself, and on whatever it says nothing else of."""
    return behaviours()[-1].headers


@cache
def behaviours() -> tuple[Behaviour, ...]:
    """What the template's distribution says of the page's files, in the order in which CloudFront asks; the last is for all.

    Raises:
        ValueError: a header's value is not there to be read.
    """
    resources = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))["Resources"]
    distribution = resources[_DISTRIBUTION]["Properties"]["DistributionConfig"]
    default = {**distribution["DefaultCacheBehavior"], "PathPattern": "*"}
    return tuple(
        Behaviour(each["PathPattern"], _headers(resources[each["ResponseHeadersPolicyId"]["Ref"]]))
        for each in [*distribution.get("CacheBehaviors", ()), default]
        if each["TargetOriginId"] == default["TargetOriginId"]
    )


def framed(headers: Mapping[str, str]) -> dict[str, str]:
    """The same headers, but for a frame of the same origin; nobody else may frame the page, here as little as deployed."""
    policy = directives(headers["Content-Security-Policy"])
    policy["frame-ancestors"] = ("'self'",)
    return {**headers, "Content-Security-Policy": content_security_policy(policy), "X-Frame-Options": "SAMEORIGIN"}


def directives(policy: str) -> dict[str, tuple[str, ...]]:
    """A content security policy by its directives, each with its sources."""
    words = [directive.split() for directive in policy.split(";") if directive.strip()]
    return {name: tuple(sources) for name, *sources in words}


def content_security_policy(policy: Mapping[str, tuple[str, ...]]) -> str:
    """The inverse of `directives`."""
    return "; ".join(" ".join((name, *sources)) for name, sources in policy.items())


def _is_the_consoles_frame(request: Request) -> bool:
    asked = request.headers.get("Sec-Fetch-Dest"), request.headers.get("Sec-Fetch-Site")
    return asked == ("iframe", "same-origin")


def _headers(policy: Any) -> dict[str, str]:  # noqa: ANN401 (a resource of the template)
    """What a response headers policy sets. Strict-Transport-Security is left out: browsers ignore it on http."""
    config = policy["Properties"]["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    found = {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        **({"X-Content-Type-Options": "nosniff"} if "ContentTypeOptions" in security else {}),
        **{each["Header"]: each["Value"] for each in config.get("CustomHeadersConfig", {}).get("Items", ())},
    }
    unread = [name for name, value in found.items() if not isinstance(value, str)]
    if unread:
        raise ValueError(f"the template computes {', '.join(unread)}; say in {__name__} what it is locally")
    return found
