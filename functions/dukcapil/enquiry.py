"""Asking the register about one person: credentials, call and answer together."""

from functions.dukcapil import answer, client, credentials, request
from functions.dukcapil.client import Turn
from functions.dukcapil.meanings import Reading
from functions.dukcapil.request import Person
from functions.dukcapil.settings import DukcapilSettings
from functions.shared.errors import DukcapilUnavailable
from functions.shared.policy import DukcapilPolicy


def ask(settings: DukcapilSettings, person: Person, policy: DukcapilPolicy, turn: Turn) -> Reading:
    """Compare what the person says with the register, by one call.

    `turn` waits until the register may be asked, or raises. It comes last, so that nothing of ours lies between the turn
    and the call (`client.verify`).

    When the register refuses us, the credentials are fetched anew for the next call: they may have been rotated. There
    is no second try here, because retries belong to the state machine and wrong passwords may lock the account.

    Raises:
        DukcapilUnavailable: the register gave no verdict.
        SettingsError: the register's address and certificate do not fit together.
    """
    elements = request.compared(person, policy.elements)
    account = credentials.fetch(settings.dukcapil_secret_arn)
    body = request.body(person.nik, elements, threshold=policy.name_similarity, credentials=account)
    status, received = client.verify(settings, body, turn)
    try:
        return answer.read(status, received, asked=elements, nik=person.nik)
    except DukcapilUnavailable as unavailable:
        if unavailable.our_fault:
            credentials.forget()
        raise
