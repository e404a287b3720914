"""Who objected or complained is told: that it was received and by when it is answered, and that it was."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from yimatong.core.time import minute_down
from yimatong.records import identity
from yimatong.stations.appeals.models import Complaint, ComplaintContact, Dispute
from yimatong.stations.declarations import wording
from yimatong.stations.declarations.actions import messages
from yimatong.stations.declarations.models import Account
from yimatong.stations.issuing.terms import terms
from yimatong.stations.notifications.actions.telling import tell
from yimatong.stations.notifications.models import Notification
from yimatong.stations.notifications.words import text_of

Kind = Notification.Kind


def tell_received(dispute: Dispute, *, now: datetime) -> None:
    """Tell that an objection was received, and by when it is settled."""
    due = minute_down(dispute.at + timedelta(hours=terms().objection_hours))
    tell(kind=Kind.APPEAL_RECEIVED, person=dispute.person_id, about=str(dispute), details={"due": due}, at=now)


def tell_settled(dispute: Dispute, *, now: datetime) -> None:
    """Tell that an objection was answered; the words are on the person's own page."""
    tell(kind=Kind.APPEAL_ANSWERED, person=dispute.person_id, about=str(dispute), at=now)


def keep_contact(complaint: Complaint, *, account: Account | None, phone: str, now: datetime) -> None:
    """Keep how whoever complained wants to be told, and tell that it was received."""
    if account is None and not phone:
        return
    sealed = identity.seal(phone, "phone") if phone else None
    contact = ComplaintContact.objects.create(complaint=complaint, account=account, phone_sealed=sealed)
    _tell(contact, Kind.COMPLAINT_RECEIVED, now)


def tell_answer(complaint: Complaint, *, now: datetime) -> None:
    """Tell that a complaint was answered, and forget whom."""
    contact = ComplaintContact.objects.select_related("account").filter(complaint=complaint).first()
    if contact is not None:
        _tell(contact, Kind.COMPLAINT_ANSWERED, now)
        contact.delete()


def _tell(contact: ComplaintContact, kind: Notification.Kind, now: datetime) -> None:
    """In the account's inbox, which is sent on to its own phone; to the phone given where that is another way."""
    account = contact.account
    if account is not None:
        tell(kind=kind, account=account.pk, about=f"complaint/{contact.complaint_id}", at=now)
    if contact.phone_sealed is not None and (account is None or account.phone_key is None):
        words = text_of(Notification(kind=kind), wording.telling())
        messages.post(kind="told", phone=identity.unseal(contact.phone_sealed, "phone"), text=words, at=timezone.now())
