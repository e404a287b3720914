"""What follows from declarations: check-ins, missing places, contradictions, and what came from earlier systems."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class CheckIn(models.Model):
    """How somebody said to be on one day of the city. One a day; a second one of the day counts where it says more."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="check_ins")
    account = models.ForeignKey("declarations.Account", models.PROTECT, null=True, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()
    well = models.BooleanField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "check_ins"
        indexes = [models.Index(name="check_ins_by_person_day", fields=["person", "-day"])]


class MissingPlace(models.Model):
    """A home whose compound is not in the gazetteer: accepted, and queued for the gazetteer's clerk.

    The address is sealed; `division` is the street it was said to be in. Settled, it names the stairwell that it is now,
    or says why it is none.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "待核对"
        FOUND = "found", "已对应"
        DISMISSED = "dismissed", "不存在"

    declaration = models.ForeignKey("declarations.Declaration", models.PROTECT, related_name="missing_places")
    division = models.IntegerField()
    address_sealed = models.BinaryField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    stairwell = models.ForeignKey("records.Stairwell", models.PROTECT, null=True, related_name="+")
    queued_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+")
    settled_why = models.CharField(max_length=400, default="")

    class Meta:
        db_table = "missing_places"
        constraints = [
            models.CheckConstraint(
                name="missing_places_settled_is_whole",
                condition=Q(state="waiting", settled_at=None, settled_by=None)
                | Q(state="found", settled_at__isnull=False, settled_by__isnull=False, stairwell__isnull=False)
                | Q(state="dismissed", settled_at__isnull=False, settled_by__isnull=False, stairwell=None),
            )
        ]
        indexes = [models.Index(name="missing_places_waiting", fields=["id"], condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"missing place {self.pk}"


class Contradiction(models.Model):
    """A declaration and something else do not agree. Opened by the system, never a colour by itself.

    open -> heard (the person has answered, or the time to answer is over) -> settled (an official has found out, and says
    how). `sort` `identity`: the document named is somebody's who is called otherwise, or for whom the declarer may not
    speak. `itinerary`: "nowhere else", and yet a stay elsewhere. `retracted`: a contact or a journey was taken back later than an hour.
    """

    class Sort(models.TextChoices):
        """What does not agree."""

        IDENTITY = "identity", "身份"
        ITINERARY = "itinerary", "行程"
        RETRACTED = "retracted", "撤回所报"

    class State(models.TextChoices):
        """Where the case stands; it only moves forward."""

        OPEN = "open", "待听取说明"
        HEARD = "heard", "已听取说明"
        SETTLED = "settled", "已了结"

    class Finding(models.TextChoices):
        """What came of it."""

        DECLARATION_RIGHT = "declaration_right", "申报属实"
        MISTAKE = "mistake", "误报，已更正"
        FALSE = "false", "虚假申报，移交"

    sort = models.CharField(max_length=9, choices=Sort)
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="contradictions")
    declaration = models.ForeignKey("declarations.Declaration", models.PROTECT, related_name="contradictions")
    says = models.CharField(max_length=40)
    evidence = models.JSONField(default=list)
    key = models.CharField(max_length=80)
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(db_default=Now())
    answer_by = models.DateTimeField()
    answer_sealed = models.BinaryField(null=True)
    heard_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=17, choices=Finding, default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("records.Official", models.PROTECT, null=True, related_name="+")
    settled_why = models.CharField(max_length=400, default="")

    class Meta:
        db_table = "contradictions"
        constraints = [
            models.UniqueConstraint(name="contradictions_one_a_key", fields=["declaration", "sort", "key"]),
            models.CheckConstraint(
                name="contradictions_no_finding_unheard",
                condition=Q(state="open", heard_at=None, finding="", settled_at=None, settled_by=None)
                | Q(state="heard", heard_at__isnull=False, finding="", settled_at=None, settled_by=None)
                | Q(state="settled", heard_at__isnull=False, settled_at__isnull=False, settled_by__isnull=False)
                & ~Q(finding="")
                & ~Q(settled_why=""),
            ),
        ]
        indexes = [models.Index(name="contradictions_by_state", fields=["state", "answer_by"])]

    def __str__(self) -> str:
        return f"contradiction {self.pk}"


class EarlierDeclaration(models.Model):
    """A declaration of the police's earlier system, or a decision of the provincial platform, as its delivery told it.

    `answers_sealed` holds what the form is filled in with beforehand; `decision` is the platform's own word, kept as
    provenance and never a colour here. The person confirms it or says that it is not theirs.
    """

    class Origin(models.TextChoices):
        """Which system it was made in."""

        POLICE = "police", "公安前期申报系统"
        PLATFORM = "platform", "省健康码平台"

    class State(models.TextChoices):
        """What the person says of it."""

        WAITING = "waiting", "待确认"
        CONFIRMED = "confirmed", "已确认"
        REJECTED = "rejected", "非本人申报"

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey("records.Delivery", models.PROTECT, related_name="+")
    origin = models.CharField(max_length=8, choices=Origin)
    reference = models.CharField(max_length=64)
    person = models.ForeignKey("records.Person", models.PROTECT, related_name="earlier_declarations")
    declared_at = models.DateTimeField()
    answers_sealed = models.BinaryField()
    fingerprint = models.UUIDField()
    decision = models.CharField(max_length=10, default="")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    settled_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "earlier_declarations"
        constraints = [
            models.UniqueConstraint(
                name="earlier_declarations_said_once",
                fields=["origin", "person", "declared_at", "fingerprint", "delivery"],
            )
        ]
        indexes = [
            models.Index(
                name="earlier_declarations_by_person", fields=["person", "-declared_at"], condition=Q(withdrawn_at=None)
            ),
            models.Index(name="earlier_declarations_delivery", fields=["delivery"]),
        ]
