"""Recall lists as they were signed."""

from __future__ import annotations

from django.db import models


class RecallCut(models.Model):
    """A signed snapshot or delta of an epoch's recall list. A sequence may have both; rows of epochs that are over go.

    `added` are the slots that this sequence added (all of them for the first), as unsigned numbers of four bytes, so that the
    list can be told without reading signed bytes. Times are seconds.
    """

    pk = models.CompositePrimaryKey("epoch", "sequence", "whole")
    epoch = models.IntegerField()
    sequence = models.IntegerField()
    whole = models.BooleanField()
    issued = models.BigIntegerField()
    expires = models.BigIntegerField()
    added = models.BinaryField()
    data = models.BinaryField()

    class Meta:
        db_table = "recall_cuts"
