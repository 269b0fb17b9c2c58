"""The mails of this room, queued in the transaction that causes them."""

from __future__ import annotations

from datetime import datetime

from hub.cities.models import CityApplication
from hub.core.outbox import queue_mail
from hub.web.letters import write_letter


def queue_received(application: CityApplication, token: str, now: datetime) -> None:
    """Queue the mail that asks an applicant to confirm the address, and says where the application stands."""
    _queue("application_received", application, now, path=f"/join/{token}?lang={application.language}")


def queue_declined(application: CityApplication, now: datetime) -> None:
    """Queue the mail that tells an applicant why the city was not admitted."""
    _queue("application_declined", application, now)


def _queue(name: str, application: CityApplication, now: datetime, **values: str) -> None:
    letter = write_letter(name, application.language, application=application, **values)
    queue_mail(
        key=f"{name}:{application.token_hash}", to=application.email, subject=letter.subject, text=letter.text,
        html=letter.html, now=now,
    )  # fmt: skip
