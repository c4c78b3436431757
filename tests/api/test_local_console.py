"""The local server's page and console: what a browser gets from them, and what they tell of registrants."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from functions.shared.registration import LAYERS
from local import page
from local.crowd import LARGEST, Crowd
from local.files import Files
from local.page import Page, directives
from local.registrant import Registrant
from local.server import create_app
from local.stack import until
from local.template import ROOT
from tools import diagram

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from flask.testing import FlaskClient

    from local.partners.population import Resident
    from local.stack import LocalStack

CONSOLE = ROOT / "local" / "console"
DEFINITION: dict[str, Any] = yaml.safe_load(diagram.DEFINITION.read_text(encoding="utf-8"))
IN_THE_CONSOLE = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}
PATIENCE = 45.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page of few files, and a secret beside it."""
    (tmp_path / "secret.txt").write_text("nobody's business", encoding="utf-8")
    page_files = tmp_path / "frontend"
    (page_files / "texts").mkdir(parents=True)
    (page_files / "index.html").write_text("<!doctype html><title>Halaman</title>", encoding="utf-8")
    (page_files / "style.css").write_text("body { margin: 0 }\n" * 100, encoding="utf-8")
    (page_files / "texts" / "id.js").write_text("export default {};", encoding="utf-8")
    (page_files / ".hidden.js").write_text("export default 1;", encoding="utf-8")
    (page_files / "out.txt").symlink_to(tmp_path / "secret.txt")
    return page_files


@pytest.fixture
def browser(stack: LocalStack, folder: Path) -> FlaskClient:
    """Calls the server as a browser does."""
    return create_app(stack, page=Page(Files(folder))).test_client()


def template_headers(name: str) -> Mapping[str, str]:
    """What the template says of a file, read without the code that is tested: by the policy's text alone."""
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    resource = template.split(f"\n  {name}:\n")[1].split("\n\n  ")[0]
    policy = re.search(r'^ +ContentSecurityPolicy: "(.+)"$', resource, re.MULTILINE)
    cached = re.search(r"Header: Cache-Control, Value: ([\w-]+)", resource)
    assert policy
    assert cached
    return {"Content-Security-Policy": policy[1], "Cache-Control": cached[1]}


class TestPage:
    """The files of the page."""

    @pytest.mark.parametrize(
        ("path", "kind", "resource"),
        [
            ("/", "text/html; charset=utf-8", "PageHeaders"),
            ("/index.html", "text/html; charset=utf-8", "PageHeaders"),
            ("/style.css", "text/css; charset=utf-8", "PageFileHeaders"),
            ("/texts/id.js", "text/javascript; charset=utf-8", "PageFileHeaders"),
        ],
    )
    def test_a_file_has_the_headers_that_the_template_says(
        self, browser: FlaskClient, path: str, kind: str, resource: str
    ) -> None:
        """So a page that breaks its policy is seen here, not after it was deployed."""
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
        for name, value in template_headers(resource).items():
            assert answer.headers[name] == value
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "Strict-Transport-Security" not in answer.headers

    def test_the_page_that_is_served_is_the_one_that_is_deployed(self, stack: LocalStack) -> None:
        """The folder `frontend/`, without any step between."""
        served = create_app(stack).test_client().get("/config.js")
        assert served.get_data() == (ROOT / "frontend" / "config.js").read_bytes()

    @pytest.mark.parametrize(
        "path",
        [
            "/../secret.txt",
            "/..%2fsecret.txt",
            "/texts/..%2f..%2fsecret.txt",
            "/%2e%2e/secret.txt",
            "/..%5csecret.txt",
            "/out.txt",
            "/.hidden.js",
            "/texts",
            "/texts/",
            "/nothing.js",
            "/index.html%00.js",
        ],
    )
    def test_what_is_no_file_of_the_page_is_a_problem(self, browser: FlaskClient, path: str) -> None:
        """404, whether it is outside, hidden, a folder, or nowhere."""
        answer = browser.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
        assert answer.get_json(force=True)["code"] == "route_not_found"
        assert "nobody" not in answer.text

    def test_only_the_console_may_frame_it(self, browser: FlaskClient) -> None:
        """A frame of the same origin; not one elsewhere, and not an address that somebody opens."""
        framed = browser.get("/", headers=IN_THE_CONSOLE)
        policy = directives(framed.headers["Content-Security-Policy"])
        assert policy.pop("frame-ancestors") == ("'self'",)
        assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
        for headers in ({}, IN_THE_CONSOLE | {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Dest": "document"}):
            alone = browser.get("/", headers=headers)
            assert alone.headers["X-Frame-Options"] == "DENY"
            others = directives(alone.headers["Content-Security-Policy"])
            assert others.pop("frame-ancestors") == ("'none'",)
            assert others == policy

    def test_large_files_are_compressed_for_who_takes_it(self, browser: FlaskClient) -> None:
        """As CloudFront does, so that the page's weight can be measured here."""
        plain, small = browser.get("/style.css"), browser.get("/style.css", headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in plain.headers
        assert small.headers["Content-Encoding"] == "gzip"
        assert len(small.data) < len(plain.data) / 5
        assert gzip.decompress(small.data) == plain.data
        assert "Accept-Encoding" in small.headers["Vary"]

    def test_a_file_that_has_not_changed_is_not_sent_again(self, browser: FlaskClient, folder: Path) -> None:
        """A reload on a slow line costs no download, and a change is seen at once."""
        etag = browser.get("/style.css").headers["ETag"]
        assert browser.get("/style.css", headers={"If-None-Match": etag}).status_code == 304
        (folder / "style.css").write_text("body { margin: 1px }", encoding="utf-8")
        assert browser.get("/style.css", headers={"If-None-Match": etag}).status_code == 200

    def test_a_header_that_the_template_computes_is_named(self) -> None:
        """Rather than served as something else than what is deployed."""
        policy = {
            "Properties": {
                "ResponseHeadersPolicyConfig": {
                    "SecurityHeadersConfig": {
                        "ContentSecurityPolicy": {"ContentSecurityPolicy": {"Fn::Sub": "connect-src ${Api}"}},
                        "ReferrerPolicy": {"ReferrerPolicy": "no-referrer"},
                        "FrameOptions": {"FrameOption": "DENY"},
                    }
                }
            }
        }
        with pytest.raises(ValueError, match="computes Content-Security-Policy"):
            page._headers(policy)


class TestConsole:
    """The console's own files."""

    def test_it_is_under_the_page_s_policy_but_has_frames(self, browser: FlaskClient) -> None:
        """No inline script or style here either."""
        answer = browser.get("/_local/")
        policy = directives(answer.headers["Content-Security-Policy"])
        assert policy.pop("frame-src") == ("'self'",)
        assert policy == directives(template_headers("PageHeaders")["Content-Security-Policy"])
        assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son\w+=", answer.text)
        assert "https://" not in answer.text
        assert "http://" not in answer.text

    def test_every_file_that_it_asks_for_is_there(self, browser: FlaskClient) -> None:
        """Scripts, styles and pictures, from its page and from its modules."""
        asked = set(re.findall(r'(?:href|src)="(/_local/console/[^"]+)"', browser.get("/_local/").text))
        for module in CONSOLE.glob("*.js"):
            text = module.read_text(encoding="utf-8")
            asked |= {f"/_local/console/{name}" for name in re.findall(r'from "\./([\w-]+\.js)"', text)}
            asked |= set(re.findall(r'"(/_local/console/[\w.-]+)"', text))
        assert len(asked) > 8
        for path in asked:
            assert browser.get(path).status_code == 200, path

    def test_no_script_makes_markup_out_of_text(self) -> None:
        """What registrants typed is shown, so it has to stay text."""
        for module in CONSOLE.glob("*.js"):
            text = module.read_text(encoding="utf-8")
            assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\(", text), (
                module
            )

    def test_every_state_and_transition_is_in_the_drawing(self, browser: FlaskClient) -> None:
        """It is drawn from the definition that is deployed."""
        answer = browser.get("/_local/state-machine.svg")
        assert answer.mimetype == "image/svg+xml"
        assert "<style" not in answer.text, "the console's policy would refuse it"
        assert browser.get("/_local/state-machine.css").text == diagram.STYLE
        groups = list(ET.fromstring(answer.text).iter("{http://www.w3.org/2000/svg}g"))  # noqa: S314 (ours)
        drawn = {group.attrib["data-state"] for group in groups if "data-state" in group.attrib}
        assert drawn == set(DEFINITION["States"])
        lines = {(each.attrib["data-from"], each.attrib["data-to"]) for each in groups if "data-from" in each.attrib}
        assert lines == set(diagram.transitions(DEFINITION))

    def test_a_definition_that_cannot_be_drawn_is_said(
        self, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Somebody who has just added a state has a console all the same."""
        monkeypatch.delitem(diagram.PLACES, "HoldReview")
        answer = browser.get("/_local/state-machine.svg")
        assert (answer.status_code, answer.get_json(force=True)["code"]) == (503, "state_machine_not_drawn")
        assert "HoldReview" in answer.text


def world(browser: FlaskClient, **asked: Any) -> Any:  # noqa: ANN401 (JSON)
    """What the console sees."""
    answer = browser.get("/_local/world", query_string=asked)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_json()


class TestWorld:
    """What the console is told of registrations."""

    @pytest.fixture
    def registrant(self, stack: LocalStack, resident: Resident) -> Registrant:
        """Somebody who has passed all layers."""
        registrant = Registrant(stack, resident)
        registrant.register()
        registrant.await_that(status="verified")
        assert until(lambda: stack.notified(registrant.id), seconds=PATIENCE)
        return registrant

    def test_it_shows_the_way_of_a_registration(self, browser: FlaskClient, registrant: Registrant) -> None:
        """Its states in order, what it has cost, and how far it is."""

        def ended() -> Any:  # noqa: ANN401 (JSON)
            shown = world(browser, registration=registrant.id)["registration"]
            return shown if shown["workflow"]["status"] == "SUCCEEDED" else None

        shown = until(ended, seconds=PATIENCE)
        assert shown
        (way,) = shown["workflow"]["ways"]
        assert way == list(diagram.HAPPY_PATH)
        assert (shown["id"], shown["status"], shown["workflow"]["transitions"]) == (registrant.id, "verified", 10)
        assert shown["costs"] == {"emails": 2, "sms": 1, "whatsapp": 0, "register": 1}
        assert {layer["state"] for layer in shown["layers"].values()} == {"passed"}

    def test_an_unknown_registration_is_the_newest(self, browser: FlaskClient, registrant: Registrant) -> None:
        """Who opens the console sees something."""
        for asked in ({}, {"registration": ""}, {"registration": "unknown"}):
            assert world(browser, **asked)["registration"]["id"] == registrant.id
        assert world(browser)["newest"][0] == {"id": registrant.id, "status": "verified"}

    def test_messages_are_told_once_with_whose_they_are(self, browser: FlaskClient, registrant: Registrant) -> None:
        """The asker says how many he has."""
        first = world(browser)["messages"]
        own = [each for each in first["new"] if each["registration"] == registrant.id]
        assert [(each["channel"], each["to"]) for each in own][:2] == [
            ("email", registrant.email),
            ("sms", registrant.resident.phone),
        ]
        assert all(re.fullmatch(r"\d{6}", each["code"]) for each in own[:2])
        again = world(browser, mails=first["mails"], texts=first["texts"])["messages"]
        # The notice that all is done may have come meanwhile.
        assert not {each["id"] for each in again["new"]} & {each["id"] for each in first["new"]}

    def test_a_mail_is_shown_as_it_was_sent_and_can_run_nothing(
        self, browser: FlaskClient, registrant: Registrant
    ) -> None:
        """In a sandbox, whoever opens it."""
        (mail, *_) = (each for each in world(browser)["messages"]["new"] if each["registration"] == registrant.id)
        answer = browser.get(mail["html"])
        assert f"#registration={registrant.id}&amp;code={mail['code']}" in answer.text
        policy = directives(answer.headers["Content-Security-Policy"])
        assert policy["default-src"] == ("'none'",)
        assert policy["sandbox"] == ("allow-same-origin",)
        assert "script-src" not in policy
        assert browser.get("/_local/mails/999999").status_code == 404

    def test_a_list_of_registrations_tells_nothing_of_the_person(
        self, browser: FlaskClient, registrant: Registrant
    ) -> None:
        """Id, status, what is expected, reason and layers only."""
        answer = browser.get("/_local/registrations")
        newest = answer.get_json()[0]
        assert set(newest) == {"id", "status", "expects", "reason", "layers", "created_at"}
        assert (newest["id"], newest["status"], newest["expects"]) == (registrant.id, "verified", "nothing")
        assert set(newest["layers"]) == set(LAYERS)
        person = registrant.resident
        named = [
            person.nik,
            person.full_name,
            person.birth_date.isoformat(),
            person.phone,
            person.phone[3:],
            person.email,
        ]
        codes = [message.code for message in registrant.messages() if message.code]
        for secret in [*named, *codes, registrant.secret]:
            assert secret not in answer.text

    def test_the_funnel_counts_who_got_how_far(
        self, browser: FlaskClient, registrant: Registrant, residents: Iterator[Resident]
    ) -> None:
        """One more has begun, and none more has passed."""
        before = world(browser)["funnel"]
        assert before["verified"] >= 1
        assert registrant.id
        other = Registrant(registrant.stack, next(residents))
        other.begin()
        other.await_that(expects="email_code")
        after = world(browser)["funnel"]
        assert after["began"] == before["began"] + 1
        assert sum(after["statuses"].values()) == after["began"]
        assert after["layers"]["email"] == before["layers"]["email"]
        other.call("DELETE")
        gone = until(lambda: world(browser)["funnel"]["statuses"]["withdrawn"] > before["statuses"]["withdrawn"])
        assert gone

    def test_a_parked_registration_is_in_the_backlog(
        self, browser: FlaskClient, stack: LocalStack, resident: Resident
    ) -> None:
        """While the register is down, and no longer; and the picture shows where it waits."""
        registrant = Registrant(stack, resident)
        # A message of an earlier test, whose worker was killed, is hidden for two minutes.
        before = world(browser)["backlog"]["waiting"]
        try:
            browser.put("/_local/faults", json={"dukcapil": "down"})
            registrant.register()
            registrant.await_state("QueueDukcapil")
            assert until(lambda: world(browser)["backlog"]["waiting"] > 0, seconds=PATIENCE)
            seen = world(browser, registration=registrant.id)
            assert seen["backlog"]["oldest_seconds"] >= 0
            assert seen["backlog"]["circuit"] in {"closed", "open", "half_open"}
            assert seen["registration"]["workflow"]["ways"][-1][-1] == "QueueDukcapil"
            assert seen["registration"]["status"] == "settling"
            assert seen["funnel"]["layers"]["dukcapil"]["deferred"] >= 1
            assert seen["calls"]["dukcapil"]["refused"] >= 1
        finally:
            browser.put("/_local/faults", json={"dukcapil": "up"})
            browser.post("/_local/midnight")
        registrant.await_that(status="verified")
        assert until(lambda: world(browser)["backlog"]["waiting"] <= before, seconds=PATIENCE)

    def test_looking_again_costs_what_has_changed(
        self, browser: FlaskClient, stack: LocalStack, registrant: Registrant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However many registrations there are, since the console looks each second."""
        assert world(browser)["funnel"]["began"] >= 1
        assert registrant.id
        read: list[int] = []
        changes = stack.changes

        def counted(since: int = 0) -> list[dict[str, Any]]:
            found = changes(since)
            read.append(len(found))
            return found

        monkeypatch.setattr(stack, "changes", counted)
        world(browser)
        assert read
        assert sum(read) < 50


class TestSwitches:
    """What the console can do."""

    def test_partners_are_switched_and_the_world_shows_it(self, browser: FlaskClient) -> None:
        """The one that is named."""
        browser.put("/_local/faults", json={"whatsapp": "wrong"})
        assert world(browser)["faults"] == {"email": "up", "dukcapil": "up", "sms": "up", "whatsapp": "wrong"}

    def test_the_end_of_the_day_renews_the_quota(self, browser: FlaskClient) -> None:
        """And whoever presses it before anything has happened breaks nothing."""
        browser.put("/_local/faults", json={"dukcapil": "quota", "sms": "quota"})
        assert browser.post("/_local/midnight").status_code == 204
        assert world(browser)["faults"] == {"email": "up", "dukcapil": "up", "sms": "quota", "whatsapp": "up"}
        assert world(browser)["backlog"]["asked_again_in"] == 0

    @pytest.mark.parametrize(
        "body", ["", "[]", "{}", '{"people": 0}', '{"people": "3"}', '{"people": true}', f'{{"people": {LARGEST + 1}}}']
    )
    def test_a_bad_crowd_is_refused(self, browser: FlaskClient, body: str) -> None:
        """With a problem, and nobody begins."""
        began = world(browser)["funnel"]["began"]
        answer = browser.post("/_local/crowd", data=body)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        assert world(browser)["funnel"]["began"] == began

    def test_a_crowd_registers_by_itself(self, stack: LocalStack) -> None:
        """Everybody of it is verified in the end, and nobody registers who has already registered, or in two crowds."""
        crowd = Crowd(stack)
        last = next(each for each in reversed(stack.people) if each.record == "active" and each.nik_agrees)
        if not stack.inbox(last.email):
            registrant = Registrant(stack, last)
            registrant.register()
            registrant.await_that(status="verified")
        browser = create_app(stack, crowd=crowd).test_client()
        before = world(browser)["funnel"]
        try:
            assert browser.post("/_local/crowd", json={"people": 3}).get_json() == {"began": 3}
            assert until(lambda: world(browser)["funnel"]["verified"] >= before["verified"] + 3, seconds=PATIENCE)
            assert world(browser)["funnel"]["began"] == before["began"] + 3
        finally:
            crowd.disperse()
        assert crowd.gather(1) == 0, "a crowd that was dispersed does not gather again"


def test_the_world_is_json_that_browsers_read(browser: FlaskClient) -> None:
    """No numbers that only Python knows."""
    json.loads(browser.get("/_local/world").text, parse_constant=pytest.fail)
