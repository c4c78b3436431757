"""Delivery of a mail to SES; shared with whatever else mails (`functions.shared.mail`)."""

from functions.shared.mail import deliver

__all__ = ["deliver"]
