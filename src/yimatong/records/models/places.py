"""The gazetteer: places down to the building, and its stairwells."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Place(models.Model):
    """Somewhere people stay: a compound, a building in it, a shop, a school, a checkpoint, a place named by a list.

    `number` is the engine's place number (int32). Numbers are handed out from blocks by division, so that they sort
    by division; `division` is the 9-digit code of the street. A building's parent is its compound.
    """

    class Kind(models.TextChoices):
        """What sort of place."""

        COMPOUND = "compound", "小区"
        BUILDING = "building", "楼栋"
        VILLAGE = "village", "村"
        WORKPLACE = "workplace", "单位"
        SCHOOL = "school", "学校"
        HOSPITAL = "hospital", "医院"
        MARKET = "market", "市场"
        SHOP = "shop", "商店"
        TRANSPORT = "transport", "交通场站"
        CHECKPOINT = "checkpoint", "卡点"
        LISTED = "listed", "名单所列"
        OTHER = "other", "其他"

    number = models.IntegerField(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=400)
    division = models.IntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")

    class Meta:
        db_table = "places"
        constraints = [
            models.CheckConstraint(name="places_number_is_positive", condition=Q(number__gt=0)),
            models.CheckConstraint(name="places_nine_digits", condition=Q(division__range=(10**8, 10**9 - 1))),
            models.UniqueConstraint(
                name="places_one_name_a_parent", fields=["division", "parent", "kind", "name"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class Block(models.Model):
    """Place numbers `low` to `high` belong to one street; `next` is the first that was not handed out."""

    low = models.IntegerField(primary_key=True)
    high = models.IntegerField()
    next = models.IntegerField()
    division = models.IntegerField()

    class Meta:
        db_table = "place_blocks"
        constraints = [
            models.CheckConstraint(
                name="place_blocks_next_is_inside", condition=Q(next__gte=F("low")) & Q(next__lte=F("high") + 1)
            )
        ]
        indexes = [models.Index(name="place_blocks_by_division", fields=["division", "low"])]


class Stairwell(models.Model):
    """A stairwell (楼道, 单元) of a building: `number` is the engine's stairwell number (int32)."""

    number = models.AutoField(primary_key=True)
    building = models.ForeignKey(Place, models.PROTECT, related_name="stairwells")
    name = models.CharField(max_length=80)

    class Meta:
        db_table = "stairwells"
        constraints = [models.UniqueConstraint(name="stairwells_one_name_a_building", fields=["building", "name"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"
