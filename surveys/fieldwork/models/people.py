"""Who may sign in, and for which organisation."""

import uuid
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from surveys.fieldwork.models.organisations import Organisation


class UserManager(BaseUserManager["User"]):
    """Makes users, with e-mail addresses in one spelling."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who can sign in with `email`; without a password nobody can, yet."""
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who may configure everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who runs surveys or reads their results; never a respondent."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open the configuration pages.")
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ["email"]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def scopes(self) -> tuple[tuple[str, str], ...]:
        """Each role with the path of its organisation, read once; a superuser has every role."""
        if self.is_superuser:
            return tuple((role, f"/{Organisation.ROOT}/") for role in Membership.Role.values)
        held = self.memberships.order_by("role", "organisation__path")
        return tuple(held.values_list("role", "organisation__path"))


class Membership(models.Model):
    """What one user may do for one organisation and all below it."""

    class Role(models.TextChoices):
        MANAGER = "manager", "Manager"
        ANALYST = "analyst", "Analyst"
        LEADER = "leader", "Leader"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=7, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                name="membership_unique",
                violation_error_message="This person has this role there already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} of {self.organisation}"
