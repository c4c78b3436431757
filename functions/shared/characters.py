"""What comes along unseen when somebody copies an address or a number from a chat, a contact or a web page.

Imports nothing: whatever reads what a person typed loads it.
"""

SPACES = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""White space, as `str.isspace` has it."""
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Marks of no width: soft hyphen, joiners, directions, byte order mark."""


def trimmed(text: str) -> str:
    """Without white space and invisible marks around it; those inside are no accident of copying, and stay."""
    return text.strip(SPACES + INVISIBLE)
