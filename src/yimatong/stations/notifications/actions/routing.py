"""How a notification reaches whoever it concerns beside the inbox: a text, the channel's own message, or somebody at the door.

A child's go to who looks after it. At night only the urgent goes out. What was overtaken by a later change of the same person before it
could go out is not sent any more. Whoever has neither inbox nor phone, or whose text did not arrive, comes onto the township's list.
One batch is one transaction: what a phone is sent and that it is sent stand together, or neither does.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from yimatong.records import clock, identity
from yimatong.records.jobs import Tally, leaving_out
from yimatong.records.models import Person
from yimatong.stations.declarations import reaching
from yimatong.stations.declarations.actions import messages
from yimatong.stations.declarations.models import Account, Channel, Dependant
from yimatong.stations.declarations.wording import Telling, telling
from yimatong.stations.judgements.lifecycle import is_alive
from yimatong.stations.notifications.actions import outreach
from yimatong.stations.notifications.actions.following import PUBLISHING
from yimatong.stations.notifications.models import Notification, Outreach
from yimatong.stations.notifications.queries import OF_A_VERDICT
from yimatong.stations.notifications.words import text_of

Kind = Notification.Kind
MOST = 1_000
IN_CARE = (Dependant.Relation.CHILD, Dependant.Relation.WARD)
GOOD_FOR = timedelta(days=1)
"""How long a text is tried; then the door is."""
FAILED_BACK = timedelta(days=3)
LEFT_OUT = "none"
"""The way of one whose words could not be made: it stands in the inbox, and those behind it are sent."""
LEAST_REST, LONG_REST = 0.05, 9
FEW = 100
"""So many of the urgent at a time while somebody judges, and nine times as long a rest: a tenth of a core."""
WAITING = """
SELECT id FROM notifications WHERE routed_at IS NULL AND NOT held AND urgent = %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""
OVERTAKEN = """
SELECT n.id FROM notifications n WHERE n.id = ANY(%s) AND n.kind = ANY(%s) AND EXISTS (
    SELECT FROM notifications later WHERE later.person_id = n.person_id AND later.id > n.id AND later.kind = ANY(%s))
"""
IN_PERSON = """
UPDATE notifications n SET outreach_id = pairs.task
FROM unnest(%s::bigint[], %s::bigint[]) pairs(number, task) WHERE n.id = pairs.number
"""
UNDELIVERED = """
SELECT n.id FROM messages m JOIN notifications n ON n.id = m.carries
WHERE m.state = 'failed' AND m.carries IS NOT NULL AND m.made_at > %s AND NOT n.undelivered
"""


@dataclass(slots=True)
class Reached:
    """How one person is reached: sealed phones by their key, accounts with an inbox, those of them whose channel has messages."""

    phones: dict[UUID, bytes] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)

    def offering(self) -> list[Account]:
        """The accounts whose channel has messages of its own: of each owner the one that they used last."""
        last: dict[int, Account] = {}
        for account in sorted(self.accounts, key=lambda one: one.signed_in_at):
            if reaching.offers(account.channel):
                last[account.person_id or -account.pk] = account
        return list(last.values())


def route(*, now: datetime, only_urgent: bool = False, most: int = MOST) -> int:
    """Send on the next of those that wait; how many were looked at, 0 where none is left that may go out now."""
    how = telling()
    with transaction.atomic(), connection.cursor() as cursor:
        for urgent in (True,) if only_urgent or how.is_quiet(now) else (True, False):
            cursor.execute(WAITING, [urgent, most])
            if numbers := [row[0] for row in cursor.fetchall()]:
                _send_on(list(Notification.objects.filter(pk__in=numbers).order_by("id")), how, now)
                return len(numbers)
    return 0


def route_calmly(*, longest: float, now: Callable[[], datetime] = clock.now) -> int:
    """Send on what waits, for so many seconds at most; how many were looked at.

    It rests as long as each batch took. While somebody is judging only the urgent goes on, a few at a time with long rests: a storm of a
    hundred thousand slows neither codes nor colours.
    """
    begun, looked = time.monotonic(), 0
    while waits(now=now()) and time.monotonic() - begun < longest:
        batch, calm = time.monotonic(), is_alive(PUBLISHING, using="default")
        looked += route(now=now(), only_urgent=calm, most=FEW if calm else MOST)
        time.sleep(max(LEAST_REST, min((time.monotonic() - batch) * (LONG_REST if calm else 1), 1.0)))
    return looked


def waits(*, now: datetime) -> bool:
    """Whether something could go out now."""
    rows = Notification.objects.filter(routed_at=None, held=False)
    return (rows.filter(urgent=True) if telling().is_quiet(now) else rows).exists()


@transaction.atomic
def tell_undelivered(*, now: datetime) -> int:
    """Have those told at the door whose text did not arrive, and who have no inbox; how many texts were found so."""
    with connection.cursor() as cursor:
        cursor.execute(UNDELIVERED, [timezone.now() - FAILED_BACK])
        numbers = [row[0] for row in cursor.fetchall()]
    rows = list(Notification.objects.filter(pk__in=numbers, person__isnull=False))
    reached = reach([row.person_id for row in rows if row.person_id is not None])
    lost = [row for row in rows if row.person_id is not None and not reached[row.person_id].accounts]
    _to_the_door(lost, telling(), Outreach.Why.UNDELIVERED, now)
    Notification.objects.filter(pk__in=numbers).update(undelivered=True)
    return len(numbers)


@dataclass(slots=True)
class _Batch:
    """What a batch sends, and by which ways each of its notifications is told."""

    how: Telling
    texts: dict[tuple[UUID, str], messages.Text] = field(default_factory=dict)
    services: list[messages.Service] = field(default_factory=list)
    ways: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    nobody: list[Notification] = field(default_factory=list)

    def add(self, row: Notification, to: Reached, *, is_overtaken: bool) -> None:
        """Send one notification on; one phone gets the same words once, whoever of a household they are about."""
        wording, by = self.how.told[row.kind], set()
        if not is_overtaken:
            words = text_of(row, self.how)
            for key, sealed in to.phones.items() if "text" in wording.ways else ():
                self.texts.setdefault((key, words), messages.Text("told", key, sealed, words, row.pk))
                by.add("text")
            for account in to.offering() if "channel" in wording.ways else ():
                self.services.append(messages.Service("told", account, words, row.pk))
                by.add("channel")
            if not (to.accounts or by) and wording.is_for_the_door(str(row.details.get("colour", ""))):
                self.nobody.append(row)
                by.add("door")
        self.ways[",".join(sorted(by))].append(row.pk)


def _send_on(rows: Sequence[Notification], how: Telling, now: datetime) -> None:
    kinds = [str(kind) for kind in OF_A_VERDICT]
    with connection.cursor() as cursor:
        cursor.execute(OVERTAKEN, [[row.pk for row in rows], kinds, kinds])
        overtaken = {row[0] for row in cursor.fetchall()}
    reached = reach([row.person_id for row in rows if row.person_id is not None])
    own = _with_inbox().in_bulk([row.account_id for row in rows if row.account_id is not None])
    batch = _Batch(how)
    with leaving_out("notifications") as tally:
        for row in rows:
            to = reached[row.person_id] if row.person_id is not None else _itself(own.get(row.account_id or 0))
            with tally.each(row.pk):
                batch.add(row, to, is_overtaken=row.pk in overtaken)
    at = timezone.now()
    messages.post_many(texts=list(batch.texts.values()), services=batch.services, at=at, good_until=at + GOOD_FOR)
    _to_the_door(batch.nobody, how, Outreach.Why.NOBODY, now)
    batch.ways[LEFT_OUT] = sorted({row.pk for row in rows}.difference(*batch.ways.values()))
    for said, numbers in batch.ways.items():
        Notification.objects.filter(pk__in=numbers).update(routed_at=at, ways=said)


def _itself(account: Account | None) -> Reached:
    """How an account is reached that a notification is for, whoever's it is."""
    if account is None:
        return Reached()
    return Reached(_phone_of(account), [account])


def _to_the_door(rows: Iterable[Notification], how: Telling, why: Outreach.Why, now: datetime) -> None:
    told: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.person_id is not None and how.told[row.kind].door != "never":
            told[row.person_id].append(row.pk)
    if not told:
        return
    tasks = outreach.open_tasks(people=list(told), why=why, now=now)
    pairs = [(number, tasks[person].pk) for person, numbers in told.items() for number in numbers]
    with connection.cursor() as cursor:
        cursor.execute(IN_PERSON, [[number for number, _ in pairs], [task for _, task in pairs]])


def reach(people: Sequence[int]) -> Mapping[int, Reached]:
    """How each of these people is reached: by themselves, and by who looks after them.

    A child's and a ward's phone is that of their guardian. Anybody else's own phone counts first; who has none is told by who looks
    after them. A number whose owner has said that it is not theirs counts no more.
    """
    found = {person: Reached() for person in people}
    phones = {row.pk: row for row in Person.objects.filter(pk__in=found).only("number", "phone_key", "phone_sealed")}
    for account in _with_inbox().filter(person__in=found):
        found[account.person_id or 0].accounts.append(account)
    carers: dict[int, list[tuple[Account, bool]]] = defaultdict(list)
    for link in Dependant.objects.filter(person__in=found, until=None).select_related("account__channel"):
        carers[link.person_id].append((link.account, link.relation in IN_CARE))
        found[link.person_id].accounts.append(link.account)
    wrong = reaching.wrong_numbers(found)
    with leaving_out("phones") as tally:
        for person, row in phones.items():
            in_care = any(is_care for _, is_care in carers[person])
            if not in_care and person not in wrong:
                with tally.each(person):
                    found[person].phones.update(_phone_of(row))
        _by_carers(found, carers, tally)
    return found


def _phone_of(owner: Account | Person) -> dict[UUID, bytes]:
    """The phone of an account or a person, sealed as a message has it; empty where there is none."""
    if owner.phone_key is None or owner.phone_sealed is None:
        return {}
    if isinstance(owner, Person):
        return {owner.phone_key: identity.resealed(owner.phone_sealed, "phone", owner.number)}
    return {owner.phone_key: bytes(owner.phone_sealed)}


def _by_carers(found: Mapping[int, Reached], carers: Mapping[int, list[tuple[Account, bool]]], tally: Tally) -> None:
    """Give those without a phone of their own that of who looks after them: the account's, else that person's own."""
    without = {person for person, links in carers.items() if links and not found[person].phones}
    owners = {account.person_id for person in without for account, _ in carers[person] if account.phone_key is None}
    known = Person.objects.filter(pk__in=[owner for owner in owners if owner], phone_key__isnull=False).in_bulk()
    for person in without:
        for account, _ in carers[person]:
            owner = account if account.phone_key is not None else known.get(account.person_id or 0)
            if owner is not None:
                with tally.each(person):
                    found[person].phones.update(_phone_of(owner))


def _with_inbox() -> QuerySet[Account]:
    return Account.objects.exclude(channel__kind=Channel.Kind.CHECKPOINT).select_related("channel")
