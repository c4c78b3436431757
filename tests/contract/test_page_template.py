"""The page as the template puts it online (C43): who may read its files, what a browser may do with them, what is kept."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse

type Json = Any
"""Parts of a template; their shapes are CloudFormation's."""

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE: dict[str, Json] = yaml_parse((ROOT / "template.yaml").read_text())
RESOURCES: dict[str, Json] = TEMPLATE["Resources"]
PAGE = {
    name: each
    for name, each in RESOURCES.items()
    if each["Type"].startswith(("AWS::CloudFront::", "AWS::S3::")) or "HasPage" in json.dumps(each)
}
DISTRIBUTION: dict[str, Json] = RESOURCES["PageDistribution"]["Properties"]["DistributionConfig"]
DEFAULT: dict[str, Json] = DISTRIBUTION["DefaultCacheBehavior"]
BEHAVIOURS: dict[str, Json] = {each["PathPattern"]: each for each in DISTRIBUTION["CacheBehaviors"]}
STATEMENTS: dict[str, Json] = {
    each["Sid"]: each for each in RESOURCES["PageBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
}
HEADER_POLICIES = ("PageHeaders", "PageFileHeaders")
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""AWS's managed cache policy: nothing is kept, not even for a second."""
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""AWS's managed origin request policy: everything that the browser sent but its Host, Authorization included."""


def names_in(part: Json) -> set[str]:
    """The logical ids that a part of the template refers to."""
    text = json.dumps(part)
    found = re.findall(r'"Ref": "(\w+)"|"Fn::GetAtt": \["(\w+)"|\$\{(\w+)', text)
    return {name for each in found for name in each if name} & RESOURCES.keys()


def headers_of(policy: str) -> dict[str, str]:
    """The headers of a response headers policy, as a browser gets them, names in lower case."""
    config = RESOURCES[policy]["Properties"]["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    transport = security["StrictTransportSecurity"]
    return {
        "content-security-policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "x-content-type-options": "nosniff" if "ContentTypeOptions" in security else "",
        "x-frame-options": security["FrameOptions"]["FrameOption"],
        "referrer-policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "strict-transport-security": f"max-age={transport['AccessControlMaxAgeSec']}",
    } | {item["Header"].lower(): item["Value"] for item in config["CustomHeadersConfig"]["Items"]}


def directives(policy: str) -> dict[str, list[str]]:
    """The Content-Security-Policy's directives and their sources."""
    parts = (part.split() for part in headers_of(policy)["content-security-policy"].split(";"))
    return {name: sources for name, *sources in parts}


# ---------------------------------------------------------------------------------------------------------- a condition


def test_the_page_is_a_choice_and_the_default_is_none() -> None:
    """A team with a site of its own deploys none of this."""
    assert TEMPLATE["Parameters"]["Page"]["Default"] == "no"
    assert TEMPLATE["Parameters"]["Page"]["AllowedValues"] == ["yes", "no"]
    assert TEMPLATE["Conditions"]["HasPage"] == {"Fn::Equals": [{"Ref": "Page"}, "yes"]}


@pytest.mark.parametrize("name", PAGE)
def test_every_resource_of_the_page_is_under_the_condition(name: str) -> None:
    """Without the page nothing of it is made, and nothing is paid for."""
    assert RESOURCES[name]["Condition"] == "HasPage"


def test_the_outputs_of_the_page_are_under_the_condition() -> None:
    """An output of something that was not made would stop the deployment."""
    of_page = {name: each for name, each in TEMPLATE["Outputs"].items() if names_in(each["Value"]) & PAGE.keys()}
    assert of_page.keys() == {"PageBucketName", "PageDistributionId", "PageDomain"}
    assert {each["Condition"] for each in of_page.values()} == {"HasPage"}


def test_nothing_else_depends_on_the_page() -> None:
    """The API does not know the distribution, so there is no circle, and a stack without a page lacks nothing."""
    others = {name: each for name, each in RESOURCES.items() if name not in PAGE} | {"Globals": TEMPLATE["Globals"]}
    assert not {name for name, each in others.items() if names_in(each) & PAGE.keys()}


# ------------------------------------------------------------------------------------------------------ who may read it


def test_c43_the_bucket_is_closed_to_the_public() -> None:
    """Neither a policy nor an access list can open it, now or later."""
    properties = RESOURCES["PageBucket"]["Properties"]
    assert properties["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert not {"AccessControl", "WebsiteConfiguration", "CorsConfiguration"} & properties.keys()


def test_c30_the_bucket_is_encrypted_versioned_and_outlives_the_stack() -> None:
    """What was published by mistake can be put back, and what is replaced does not pile up for ever."""
    bucket = RESOURCES["PageBucket"]
    (encryption,) = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] >= 30
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"


def test_c43_only_this_distribution_may_read_the_bucket() -> None:
    """Every permission is CloudFront's, for this one distribution, and for reading."""
    allowed = [each for each in STATEMENTS.values() if each["Effect"] == "Allow"]
    arn = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${PageDistribution}"
    assert {each["Action"] for each in allowed} == {"s3:GetObject", "s3:ListBucket"}
    for each in allowed:
        assert each["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert each["Condition"] == {"StringEquals": {"aws:SourceArn": {"Fn::Sub": arn}}}
        assert names_in(each["Resource"]) == {"PageBucket"}


def test_c43_nobody_reads_the_bucket_without_tls() -> None:
    """Whatever else is allowed, by whomever."""
    (denied,) = [each for each in STATEMENTS.values() if each["Effect"] == "Deny"]
    bucket = {"Fn::GetAtt": ["PageBucket", "Arn"]}
    assert (denied["Principal"], denied["Action"]) == ("*", "s3:*")
    assert denied["Resource"] == [bucket, {"Fn::Sub": "${PageBucket.Arn}/*"}]
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_c43_the_distribution_signs_what_it_asks_of_the_bucket() -> None:
    """Origin access control: always signed, and none of the older identities."""
    config = RESOURCES["PageAccess"]["Properties"]["OriginAccessControlConfig"]
    assert (config["OriginAccessControlOriginType"], config["SigningBehavior"]) == ("s3", "always")
    origin = origin_of("page")
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["PageAccess", "Id"]}
    assert origin["DomainName"] == {"Fn::GetAtt": ["PageBucket", "RegionalDomainName"]}
    assert origin["S3OriginConfig"] == {"OriginAccessIdentity": ""}


def origin_of(name: str) -> dict[str, Json]:
    """An origin of the distribution."""
    (found,) = [each for each in DISTRIBUTION["Origins"] if each["Id"] == name]
    return dict(found)


# --------------------------------------------------------------------------------------------------------------- headers


@pytest.mark.parametrize("policy", HEADER_POLICIES)
def test_c43_a_browser_runs_the_page_s_own_files_only(policy: str) -> None:
    """Nothing inline, nothing evaluated, nothing from elsewhere, and nobody may frame it."""
    sources = directives(policy)
    assert sources.pop("require-trusted-types-for") == ["'script'"]
    assert {name for name, each in sources.items() if each == ["'none'"]} == {
        "default-src",
        "form-action",
        "base-uri",
        "frame-ancestors",
    }
    assert {name for name, each in sources.items() if each == ["'self'"]} == {
        "script-src",
        "style-src",
        "img-src",
        "connect-src",
    }
    assert len(sources) == 8
    assert "unsafe-" not in headers_of(policy)["content-security-policy"]


@pytest.mark.parametrize("policy", HEADER_POLICIES)
def test_c43_the_page_tells_nobody_where_it_was_and_is_read_as_what_it_is(policy: str) -> None:
    """No referrer, no guessing of types, no frames, TLS for a year at least, no sensors, a window of its own."""
    headers = headers_of(policy)
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert int(headers["strict-transport-security"].removeprefix("max-age=")) >= 365 * 86_400
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(headers["permissions-policy"].split(", "))


def test_c43_the_document_is_kept_by_no_browser_and_scripts_are_asked_for_anew() -> None:
    """Otherwise the two policies are the same."""
    document, files = (headers_of(policy) for policy in HEADER_POLICIES)
    assert (document.pop("cache-control"), files.pop("cache-control")) == ("no-store", "no-cache")
    assert document == files


@pytest.mark.parametrize("policy", HEADER_POLICIES)
def test_c43_what_the_bucket_says_does_not_replace_a_header(policy: str) -> None:
    """Metadata of an object cannot loosen what the template decides."""
    config = RESOURCES[policy]["Properties"]["ResponseHeadersPolicyConfig"]
    headers = [*config["SecurityHeadersConfig"].values(), *config["CustomHeadersConfig"]["Items"]]
    assert {each["Override"] for each in headers} == {True}


def test_c43_the_guide_tells_a_team_with_its_own_site_the_same_headers() -> None:
    """What docs/frontend.md says to send is what the template sends."""
    guide = (ROOT / "docs" / "frontend.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```\n(Content-Security-Policy: .*?)```", guide, re.DOTALL)
    told = dict(line.split(": ", 1) for line in block.splitlines())
    assert {name.lower(): value for name, value in told.items()} == headers_of("PageHeaders")


def test_c43_everything_that_is_not_the_api_has_one_of_the_two_policies() -> None:
    """The document, and whatever else there may be, gets the strict one; scripts and styles the other."""
    policies = {pattern: each.get("ResponseHeadersPolicyId") for pattern, each in BEHAVIOURS.items()}
    assert DEFAULT["ResponseHeadersPolicyId"] == {"Ref": "PageHeaders"}
    assert policies == {"/v1/*": None, "*.js": {"Ref": "PageFileHeaders"}, "*.css": {"Ref": "PageFileHeaders"}}


# ---------------------------------------------------------------------------------------------------- page and API, one


def test_c43_answers_of_the_api_are_never_kept() -> None:
    """AWS's CachingDisabled, and everything that the browser said but the host is passed on."""
    api = BEHAVIOURS["/v1/*"]
    assert api["TargetOriginId"] == "api"
    assert api["CachePolicyId"] == CACHING_DISABLED
    assert api["OriginRequestPolicyId"] == ALL_BUT_HOST
    assert api["ViewerProtocolPolicy"] == "https-only"
    assert not {"ForwardedValues", "DefaultTTL", "MinTTL", "MaxTTL"} & api.keys()


def test_every_call_of_the_api_comes_through() -> None:
    """The pattern stands first, covers every route, and lets every method through."""
    assert next(iter(BEHAVIOURS)) == "/v1/*"
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
    assert paths
    for path, methods in paths.items():
        assert path.startswith("/v1/")
        assert {method.upper() for method in methods} <= set(BEHAVIOURS["/v1/*"]["AllowedMethods"])


def test_the_api_is_reached_by_tls_at_its_stage_and_answers_in_time() -> None:
    """`/v1/…` at the page's host is `/<stage>/v1/…` at the API's, and the distribution waits as long as API Gateway."""
    origin = origin_of("api")
    assert origin["DomainName"] == {"Fn::Sub": "${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"}
    assert origin["OriginPath"] == {"Fn::Sub": "/${Stage}"}
    assert RESOURCES["Api"]["Properties"]["StageName"] == {"Ref": "Stage"}
    config = origin["CustomOriginConfig"]
    assert (config["OriginProtocolPolicy"], config["OriginSSLProtocols"]) == ("https-only", ["TLSv1.2"])
    assert config["OriginReadTimeout"] >= 29


def test_problem_documents_are_neither_replaced_by_error_pages_nor_kept() -> None:
    """Error pages of a distribution hold for all its origins: a 404 of the API would become a page.

    Without a time of its own each error that CloudFront keeps is kept for ten seconds, its policy and `no-store` or not.
    """
    errors = DISTRIBUTION["CustomErrorResponses"]
    assert all(error.keys() == {"ErrorCode", "ErrorCachingMinTTL"} for error in errors)
    assert {error["ErrorCachingMinTTL"] for error in errors} == {0}
    assert {error["ErrorCode"] for error in errors} == {400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}
    assert STATEMENTS["ThisDistributionIsToldWhatDoesNotExist"]["Action"] == "s3:ListBucket"


@pytest.mark.parametrize("behaviour", [DEFAULT, BEHAVIOURS["*.js"], BEHAVIOURS["*.css"]], ids=["/", "js", "css"])
def test_the_page_s_files_are_read_only_small_and_by_tls(behaviour: Json) -> None:
    """Compressed, from the bucket, and only read."""
    assert behaviour["TargetOriginId"] == "page"
    assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
    assert behaviour["Compress"] is True
    assert behaviour["CachePolicyId"] == {"Ref": "PageCache"}
    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"


def test_what_is_published_is_everywhere_after_a_minute() -> None:
    """The edges keep files briefly, compressed, one copy for everybody."""
    config = RESOURCES["PageCache"]["Properties"]["CachePolicyConfig"]
    assert {config["MinTTL"], config["DefaultTTL"], config["MaxTTL"]} == {60}
    key = config["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["EnableAcceptEncodingBrotli"] is key["EnableAcceptEncodingGzip"] is True
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    assert key["HeadersConfig"] == {"HeaderBehavior": "none"}
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "none"}


# ---------------------------------------------------------------------------------------------------------- distribution


def test_c43_no_log_says_who_asked_for_which_registration() -> None:
    """Paths hold ids and lines of a log the addresses of people; neither the distribution nor the bucket writes any."""
    assert "Logging" not in DISTRIBUTION
    assert "LoggingConfiguration" not in RESOURCES["PageBucket"]["Properties"]


def test_the_distribution_speaks_what_a_slow_line_needs() -> None:
    """HTTP/3 spares round trips, and the root is the page."""
    assert DISTRIBUTION["HttpVersion"] == "http2and3"
    assert DISTRIBUTION["DefaultRootObject"] == "index.html"
    assert DISTRIBUTION["Enabled"] is True


def test_with_a_certificate_the_page_has_the_name_that_mails_link_to() -> None:
    """The host of FrontendOrigin, by TLS 1.2 at least; otherwise CloudFront's own name and certificate."""
    no_value = {"Ref": "AWS::NoValue"}
    host = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "FrontendOrigin"}]}]}
    assert DISTRIBUTION["Aliases"] == {"Fn::If": ["HasPageCertificate", [host], no_value]}
    condition, own, default = DISTRIBUTION["ViewerCertificate"]["Fn::If"]
    assert condition == "HasPageCertificate"
    assert own["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert own["AcmCertificateArn"] == {"Ref": "PageCertificateArn"}
    assert default == {"CloudFrontDefaultCertificate": True}


def test_a_web_acl_is_named_in_the_template() -> None:
    """One that was attached by hand would be gone with the next change of the distribution."""
    condition, own, none = DISTRIBUTION["WebACLId"]["Fn::If"]
    assert (condition, own, none) == ("HasPageWebAcl", {"Ref": "PageWebAclArn"}, {"Ref": "AWS::NoValue"})


@pytest.mark.parametrize("name", [name for name, each in PAGE.items() if each["Type"].startswith("AWS::CloudFront::")])
def test_names_of_cloudfront_carry_stage_and_region(name: str) -> None:
    """They are the account's, whatever the region, and two deployments fit into one account."""
    for config in RESOURCES[name]["Properties"].values():
        if "Name" in config:
            assert config["Name"]["Fn::Sub"].startswith("berlapis-${Stage}-${AWS::Region}-page")


def test_given_the_committed_consent_when_it_says_how_long_data_is_kept_then_it_is_the_template_s_default() -> None:
    """People agree to these days, in each language; whoever deploys others writes them there."""
    config = (ROOT / "frontend" / "config.js").read_text(encoding="utf-8")
    consent = config.partition("consent: {")[2].partition("\n  },")[0]
    days = re.findall(r"(\d+) (?:hari|days)", consent)

    assert days == [str(TEMPLATE["Parameters"]["RetentionDays"]["Default"])] * 2
