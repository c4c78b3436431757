"""A stand-in for the population register, as its clients see it: CALL_VERIFY_BY_ELEMEN over HTTP.

It answers errors with HTTP 200 and puts their text under three different keys, as the real one does.
"""

import json
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from itertools import cycle
from ssl import SSLContext
from threading import Lock
from typing import Any, Final

from flask import Flask, Response, request

from functions.dukcapil.credentials import Credentials
from local.partners.population import Record, Resident
from local.partners.standin import Faults, StandIn, mode_of_this_call, note

PATH: Final = "/dukcapil/get_json/<institution>/CALL_VERIFY_BY_ELEMEN"

_SEX: Final = {"male": "LAKI-LAKI", "female": "PEREMPUAN"}
_BAD_RECORDS: Final[dict[Record, tuple[str, str]]] = {
    "deceased": ("11", "Data Ditemukan, Meninggal Dunia"),
    "duplicate_record": ("12", "Data Ditemukan, Data Ganda"),
    "inactive": ("14", "Data Ditemukan, Status Non Aktif silahkan hubungi Dinas Dukcapil"),
}
_NOT_COMPARED: Final = frozenset({"USER_ID", "PASSWORD", "IP_USER", "TRESHOLD", "NIK"})
_NIK_DIGITS: Final = 16
_QUOTA: Final = 56_616


def stand_in(
    population: Iterable[Resident],
    credentials: Credentials,
    *,
    slow_seconds: float = 15.0,
    port: int = 0,
    tls: SSLContext | None = None,
) -> StandIn:
    """The register as a server, not started yet. `Call.answer` is the code, `text` without one, or `wrong`."""
    faults = Faults(slow_seconds=slow_seconds)
    return StandIn(create_app(population, faults, credentials), faults, port=port, tls=tls)


def create_app(population: Iterable[Resident], faults: Faults, credentials: Credentials) -> Flask:
    """The register's wire format.

    Args:
        population: whom it knows.
        faults: its switch.
        credentials: the one account that may ask.
    """
    app = Flask("register")
    faults.install(app)
    people = {person.nik: person for person in population}
    wrong = cycle(_WRONG_ANSWERS)
    turning = Lock()  # a cycle is not safe to turn in two threads at once

    @app.post(PATH)
    def verify(institution: str) -> Response:
        del institution  # any: the account decides
        mode = mode_of_this_call()
        if mode == "quota":
            return _error("05", "RESPONSE", "Kuota Akses Hari ini telah Habis")
        if mode == "wrong":
            note("wrong")
            with turning:
                return Response(next(wrong), mimetype="application/json")
        asked = request.get_json(force=True, silent=True)
        return _answer(asked if isinstance(asked, dict) else {}, people, credentials)

    return app


def _answer(asked: Mapping[str, Any], people: Mapping[str, Resident], credentials: Credentials) -> Response:
    refusal = _refusal(asked, credentials)
    if refusal:
        return refusal
    nik, cut = asked.get("NIK"), _similarity_cut(asked.get("TRESHOLD"))
    if not nik or not isinstance(nik, str) or cut is None:
        return _error(None, "RESPON", "Parameter Tidak Lengkap / Tidak Valid")
    if len(nik) != _NIK_DIGITS or not (nik.isascii() and nik.isdecimal()):
        return _error("15", "RESPON", "Data Tidak Ditemukan, NIK tidak sesuai format Dukcapil")
    person = people.get(nik)
    if person is None:
        return _error("13", "RESPON", "Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan")
    if person.record in _BAD_RECORDS:
        code, text = _BAD_RECORDS[person.record]
        return _error(code, "RESPONSE_DESC", text)
    matches = {name: _match(person, name, value, cut) for name, value in asked.items() if name not in _NOT_COMPARED}
    note("00")
    return _page({"NIK": "Sesuai", **matches})


def _refusal(asked: Mapping[str, Any], credentials: Credentials) -> Response | None:
    user, password, address = (asked.get(name) for name in ("USER_ID", "PASSWORD", "IP_USER"))
    if not (user and password and address):
        return _error(None, "RESPON", "User, password dan IP tidak boleh kosong")
    if user != credentials.user_id or password != credentials.password.get_secret_value():
        return _error(None, "RESPON", "Login Gagal")
    if address != credentials.ip_user:
        return _error("04", "RESPONSE_DESC", "IP Address Tidak Sesuai")
    return None


def _similarity_cut(value: object) -> int | None:
    if not isinstance(value, str) or not (value.isascii() and value.isdecimal()):
        return None
    return int(value) if len(value) <= len("100") and 1 <= int(value) <= 100 else None  # noqa: PLR2004 (per cent)


def _match(person: Resident, name: str, value: object, cut: int) -> str:
    """How the register answers for one element: names with a score, the others without."""
    if name == "NAMA_LGKP":
        score = round(100 * SequenceMatcher(None, person.full_name.upper(), str(value)).ratio())
        return f"Sesuai ({score})" if score >= cut else f"Tidak Sesuai ({score})"
    on_record = {
        "TGL_LHR": f"{person.birth_date:%d-%m-%Y}",
        "JENIS_KLMIN": _SEX[person.sex],
        "NO_KK": person.kk_number,
    }
    return "Sesuai" if on_record.get(name) == str(value).upper() else "Tidak Sesuai"


def _error(code: str | None, key: str, text: str) -> Response:
    note(code or "text")
    return _page({key: text} if code is None else {"RESPONSE_CODE": code, key: text})


def _page(row: Mapping[str, str]) -> Response:
    page = {"content": [row], "lastPage": True, "numberOfElements": 1, "totalElements": 1, "quotaLimiter": _QUOTA}
    return Response(json.dumps(page), mimetype="application/json")


_WRONG_ANSWERS: Final[tuple[bytes, ...]] = (
    b"",
    b"<html><body>OK</body></html>",
    b'{"content":[{"NIK":"Sesuai","NAMA_LGKP":"Ses',
    b"[]",
    b"{}",
    b'{"content":null}',
    b'{"content":[]}',
    b'{"content":[{}]}',
    b'{"content":[{"NIK":"Sesuai"}]}',
    b'{"content":[{"NIK":"Sesuai","NAMA_LGKP":"Mungkin","TGL_LHR":"Sesuai","JENIS_KLMIN":"Sesuai","NO_KK":"Sesuai"}]}',
    b'{"content":[{"NIK":"Sesuai","NAMA_LGKP":null,"TGL_LHR":true,"JENIS_KLMIN":1,"NO_KK":[]}]}',
    b'{"content":[{"RESPONSE_CODE":"99","RESPON":"Terjadi Kesalahan"}]}',
    b'{"content":[{"RESPON":"Sistem Sedang Dalam Pemeliharaan"}]}',
    b'{"content":[{"RESPON":"Data Tidak Ditemukan \xe9"}]}',
    b'{"content":[{"NIK":"3171010101909999","NAMA_LGKP":"Sesuai","TGL_LHR":"Sesuai","JENIS_KLMIN":"Sesuai"}]}',
)
"""None of them is a verdict."""
