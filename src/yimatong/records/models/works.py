"""What is done again and again by itself."""

from __future__ import annotations

from django.db import models


class Work(models.Model):
    """A work of `yimatong worker`, and when it was last done to its end, in real time."""

    name = models.CharField(max_length=40, primary_key=True)
    done_at = models.DateTimeField()

    class Meta:
        db_table = "works"

    def __str__(self) -> str:
        return self.name


class JobTask(models.Model):
    """A task that a job may name; the database takes no other into the queue (migration 0021)."""

    name = models.CharField(max_length=128, primary_key=True)

    class Meta:
        db_table = "job_tasks"

    def __str__(self) -> str:
        return self.name


class KeyFingerprint(models.Model):
    """Which key the records are kept under; a server with another does no work (records/installation.py)."""

    name = models.CharField(max_length=40, primary_key=True)
    fingerprint = models.CharField(max_length=32)
    noted_at = models.DateTimeField()

    class Meta:
        db_table = "key_fingerprints"

    def __str__(self) -> str:
        return self.name
