"""Officials: who may do something here."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Official(AbstractBaseUser):
    """Somebody who works with the records, or the machine itself (the official `system`, who can't sign in).

    `jurisdiction` is the division whose people this official sees; NULL is the whole of the installation. An `employer` speaks
    for a company and sees nobody's record: its roster alone (stations/issuing).
    """

    class Role(models.TextChoices):
        """What somebody may do."""

        CONTROL_OFFICE = "control_office", "防控办"
        HEALTH = "health", "卫健部门"
        CLERK = "clerk", "窗口人员"
        AUDITOR = "auditor", "审计人员"
        EMPLOYER = "employer", "企业联络员"
        MACHINE = "machine", "系统"

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
