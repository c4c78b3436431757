"""Mail domains that registrants have, and which of them a mistyped domain was meant to be.

The lists are our own choice for Indonesia. They only decide about a question ("did you mean …?"), so a domain missing
from them costs a question too few or, beside a provider, one too many; it never costs a registration.
"""

from __future__ import annotations

# Where people in Indonesia have their mail, the most used first: where two are one slip away, the first is asked for.
PROVIDERS = (
    "gmail.com",
    "yahoo.com",
    "yahoo.co.id",
    "hotmail.com",
    "outlook.com",
    "icloud.com",
    "ymail.com",
    "rocketmail.com",
    "outlook.co.id",
    "live.com",
    "msn.com",
    "aol.com",
    "googlemail.com",
    "windowslive.com",
    "myyahoo.com",
    "yahoo.com.sg",
    "proton.me",
    "protonmail.com",
    "zoho.com",
    "zohomail.com",
    "yandex.com",
    "fastmail.com",
    "tutanota.com",
    "tuta.com",
    "gmx.com",
)

# What people take for a provider's domain, and slips of more than one key that are made often.
ALIASES = {
    "gmail": "gmail.com",
    "gmail.c": "gmail.com",
    "gmail.id": "gmail.com",
    "gmail.co.id": "gmail.com",
    "gmail.com.id": "gmail.com",
    "gmail.com.com": "gmail.com",
    "gmail.net": "gmail.com",
    "gmail.org": "gmail.com",
    "gmel.com": "gmail.com",
    "google.mail.com": "gmail.com",
    "yahoo": "yahoo.com",
    "yahoo.c": "yahoo.com",
    "yahoo.net": "yahoo.com",
    "yahoo.org": "yahoo.com",
    "yahoo.com.com": "yahoo.com",
    "yahoomail.com": "yahoo.com",
    "yahoo.id": "yahoo.co.id",
    "yahoo.ac.id": "yahoo.co.id",
    "yahoomail.co.id": "yahoo.co.id",
    "hotmail": "hotmail.com",
    "hotmail.c": "hotmail.com",
    "hotmail.id": "hotmail.com",
    "hotmail.com.id": "hotmail.com",
    "outlook": "outlook.com",
    "outlook.c": "outlook.com",
    "outlook.id": "outlook.co.id",
    "icloud": "icloud.com",
    "icloud.c": "icloud.com",
    "icloud.id": "icloud.com",
    "icloud.co.id": "icloud.com",
    "icould.com": "icloud.com",
    "ymail": "ymail.com",
    "ymail.id": "ymail.com",
    "ymail.co.id": "ymail.com",
    "rocketmail": "rocketmail.com",
    "rocketmail.id": "rocketmail.com",
    "rocketmail.co.id": "rocketmail.com",
    "googlemail": "googlemail.com",
    "proton": "proton.me",
    "protonmail": "protonmail.com",
}


def _listed(domains: str) -> set[str]:
    return set(domains.split())


def _under(name: str, suffixes: str) -> set[str]:
    return {f"{name}.{suffix}" for suffix in suffixes.split()}


# Real domains that look like a slip of a provider's, now or when a provider is added above.
LOOKALIKES = frozenset(
    {
        *_listed(
            "mail.com mail.ru mail.ee email.com email.cz me.com mac.com aim.com hey.com pm.me qq.com 163.com 126.com"
        ),
        *_listed(
            "duck.com usa.com inbox.com inbox.ru bk.ru list.ru hushmail.com mailfence.com posteo.de web.de naver.com"
        ),
        *_listed(
            "gomail.com mymail.com inmail.com gotmail.com pocketmail.com wahoo.com cloud.com telkom.net plasa.com"
        ),
        *_listed("protonmail.ch proton.ch tutamail.com tutanota.de tuta.io keemail.me rediffmail.com"),
        # One letter before "mail" or "cloud" is a brand of its own, except where the keys are neighbours.
        *(f"{letter}mail.com" for letter in "acdeijklmnopqrstuwxz"),
        *(f"{letter}cloud.com" for letter in "abcdefghmnpqrstvwxyz"),
        *_under("yahoo", "at be bg ca cl cn cz de dk ee es fi fr gr hu ie in it lt lv nl no pl pt ro se sk cat"),
        *_under("yahoo", "co.in co.il co.jp co.kr co.nz co.th co.uk co.za co.hu"),
        *_under("yahoo", "com.ar com.au com.br com.cn com.co com.do com.ec com.gt com.hk com.hr com.lk com.mx com.my"),
        *_under("yahoo", "com.ng com.ni com.pa com.pe com.ph com.pk com.pr com.py com.sa com.sv com.tr com.tw com.ua"),
        *_under("yahoo", "com.uy com.ve com.vn"),
        *_under("hotmail", "at be ca ch cl cz de dk es fi fr gr hu it lt lv my nl no ph rs se sg sk"),
        *_under("hotmail", "co.id co.il co.in co.jp co.kr co.nz co.th co.uk co.za"),
        *_under("hotmail", "com.ar com.au com.br com.hk com.tr com.tw com.vn"),
        *_under("outlook", "at be bg cl cz de dk es fr hu ie in it jp kr lv my ph pt sa sg sk"),
        *_under("outlook", "co.il co.in co.nz co.th com.ar com.au com.br com.gr com.hr com.pe com.tr com.vn"),
        *_under("live", "at be ca cl cn de dk fi fr hk ie in it jp nl no ru se co.id co.kr co.uk co.za"),
        *_under("live", "com.ar com.au com.mx com.my com.ph com.pt com.sg"),
        *_under("gmx", "at ca ch co.in co.uk cn de es eu fr hk ie it li lt lu net org pt se sg tm tw us ws"),
        *_under("aol", "ca co.uk com.au com.br com.mx de es fr in it jp nl pl se"),
        *_under("yandex", "by kz ru ua uz com.tr"),
        *_under("zoho", "eu in com.au com.cn"),
        *_under("zohomail", "eu in"),
        *_under("fastmail", "cn co.uk com.au de es fm fr im in jp mx net nl org se to tw uk us"),
    }
)

# Domains of `disposable-email-domains` under which everybody can have a subdomain: as in the public suffix list, their
# owners are not the owners of what is below.
HANDED_OUT = frozenset(
    _listed("25u.com at.hm biz.st bot.nu chickenkiller.com co.cc cu.cc ez.lv flu.cc ftp.sh hs.vc is.af ml8.ca mooo.com")
    | _listed("nut.cc pe.hu qc.to rf.gd ro.lt rr.nu uk.to undo.it us.af us.to usa.cc uu.gl ze.tc")
)

# Any two short names are nearly one slip apart: there, only what follows the name may be mistyped.
_SHORTEST_MISTYPED_NAME = 5


def intended(domain: str) -> str | None:
    """The provider's domain that somebody meant who typed this one, or None.

    None for a provider's own domain, for a real domain that looks like one, and for whatever is further than one slip
    (optimal string alignment distance: a key wrong, missing, too many, or swapped with its neighbour) from all of them.

    Args:
        domain: in lower case.
    """
    if domain in PROVIDERS or domain in LOOKALIKES:
        return None
    if domain in ALIASES:
        return ALIASES[domain]
    without_www = domain.removeprefix("www.")
    if without_www in PROVIDERS:
        return without_www
    return next((provider for provider in PROVIDERS if _mistyped(domain, provider)), None)


def _mistyped(domain: str, provider: str) -> bool:
    name = provider.partition(".")[0]
    if len(name) < _SHORTEST_MISTYPED_NAME and domain.partition(".")[0] != name:
        return False
    return one_slip_apart(domain, provider)


def one_slip_apart(typed: str, meant: str) -> bool:
    """Whether the optimal string alignment distance of two texts is exactly 1."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    same = 0
    while typed[same : same + 1] == meant[same : same + 1]:
        same += 1
    left, right = typed[same:], meant[same:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[1::-1] and left[2:] == right[2:])
    )
