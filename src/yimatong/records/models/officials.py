"""Officials: who may do something here."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now


class Official(AbstractBaseUser):
    """Somebody who works with the records, or the machine itself (the official `system`, who can't sign in).

    `jurisdiction` is the division whose people this official sees; NULL is the whole of the installation. An `employer` speaks
    for a company and sees nobody's record: its roster alone (stations/issuing).

    Rows are made and changed by the database's own functions alone (actions/officials.py, migration 0020). `password` is what
    records/passwords.py keeps of it.
    """

    class Role(models.TextChoices):
        """What somebody may do."""

        CONTROL_OFFICE = "control_office", "防控办"
        HEALTH = "health", "卫健部门"
        CLERK = "clerk", "窗口人员"
        AUDITOR = "auditor", "审计人员"
        EMPLOYER = "employer", "企业联络员"
        MACHINE = "machine", "系统"

    last_login = None
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=14, choices=Role)
    jurisdiction = models.ForeignKey("records.Division", models.PROTECT, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)
    appointed_at = models.DateTimeField(auto_now_add=True)

    objects = BaseUserManager["Official"]()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        db_table = "officials"
        constraints = [
            models.CheckConstraint(
                name="officials_known_role",
                condition=models.Q(role__in=["control_office", "health", "clerk", "auditor", "employer", "machine"]),
            )
        ]

    def __str__(self) -> str:
        return self.username


class OfficialSession(models.Model):
    """What an official acts by: a browser or a command signed in, or a desk of theirs; `offer` is the code that a desk enrols with.

    Of the token there is only its SHA-256. No role but the tables' owner reads or writes here: the functions of migration 0020 do.
    """

    class Sort(models.TextChoices):
        """What acts."""

        BROWSER = "browser", "浏览器"
        COMMAND = "command", "命令"
        DESK = "desk", "离线窗口"
        OFFER = "offer", "登记码"

    id = models.BigAutoField(primary_key=True)
    official = models.ForeignKey(Official, models.PROTECT, related_name="+")
    token_hash = models.BinaryField(max_length=32, unique=True)
    sort = models.CharField(max_length=7, choices=Sort)
    began_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "official_sessions"
        constraints = [
            models.CheckConstraint(
                name="official_sessions_known_sort",
                condition=models.Q(sort__in=["browser", "command", "desk", "offer"]),
            )
        ]
