"""What reached whom: the messages that the stand-ins took, found by address without going through all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.differences.mail import Mail
    from local.faults.tries import Tries
    from local.partners.carrier import Delivered
    from local.stack import LocalStack


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that reached somebody.

    Attributes:
        code: the code to be typed; empty in a notice, whose code opens a session only.
        subject: of a mail.
        at: Unix time in seconds.
        registration_id: whose it is, where the message or the run that sent it tells.
        run: number of the function's run that sent it, where the stand-in can know.
    """

    channel: str
    to: str
    code: str
    text: str
    at: float
    registration_id: str | None
    run: int | None = None
    subject: str = ""


@dataclass(slots=True)
class Mailroom:
    """The messages of one stack; with `tries`, also whose a text message is that does not say so."""

    stack: LocalStack
    tries: Tries | None = None
    _by_address: dict[str, list[Letter]] = field(default_factory=dict)
    _all: list[Letter] = field(default_factory=list)
    _mails: int = 0
    _texts: int = 0
    _lock: Lock = field(default_factory=Lock)

    def letters(self, to: str | None = None) -> tuple[Letter, ...]:
        """Messages to an address, or all; oldest first."""
        with self._lock:
            self._fetch()
            return tuple(self._all if to is None else self._by_address.get(to.casefold(), ()))

    def codes(self, to: str) -> list[Letter]:
        """Those with a code to be typed."""
        return [each for each in self.letters(to) if each.code]

    def lost(self) -> tuple[Letter, ...]:
        """Messages that the mail service or a carrier said it took, and lost."""
        return (*map(self._mailed, self.stack._mail.lost), *map(self._texted, self.stack.carrier.lost))

    def _fetch(self) -> None:
        mails = self.stack._mail._mails[self._mails :]
        texts = self.stack.carrier._delivered[self._texts :]
        self._mails += len(mails)
        self._texts += len(texts)
        for letter in (*map(self._mailed, mails), *map(self._texted, texts)):
            self._keep(letter)

    @staticmethod
    def _mailed(mail: Mail) -> Letter:
        told = mail.code if mail.code in mail.text.replace(f"code={mail.code}", "") else ""
        return Letter("email", mail.to, told, mail.text, mail.at, mail.registration_id, mail.run, mail.subject)

    def _texted(self, text: Delivered) -> Letter:
        return Letter(text.channel, text.to, text.code, text.text, text.at, self._whose(text.run), text.run)

    def _whose(self, run: int | None) -> str | None:
        sending = self.tries.by_run.get(run) if self.tries and run is not None else None
        return sending.registration_id if sending else None

    def _keep(self, letter: Letter) -> None:
        self._all.append(letter)
        self._by_address.setdefault(letter.to.casefold(), []).append(letter)
