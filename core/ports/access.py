"""What somebody must be allowed to do with a store, for whoever gives out the rights."""

from abc import abstractmethod
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

PolicyDocument = Mapping[str, object]
"""A policy in the JSON of the store's own access control."""


class Role(StrEnum):
    """What people do with a store. A caretaker may do all that the others may."""

    UPLOADER = "uploader"
    READER = "reader"
    CARETAKER = "caretaker"


class AccessPolicies(Protocol):
    """Of one store; nothing is asked of it."""

    @abstractmethod
    def of_role(self, role: Role) -> PolicyDocument:
        """Allows what the role needs in this store, and nothing else."""
