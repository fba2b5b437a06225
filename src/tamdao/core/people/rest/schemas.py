"""What the API says of people, posts and delegations, and what it takes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field

from ..policy import HELD, Capacity, Role

Words = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[^\x00]*$")]
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Username = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9][a-z0-9._-]*$")]
Pair = Annotated[str, Field(max_length=60, pattern=r"^[a-z_]+\.[a-z_]+$")]


class PostOut(Schema):
    """A role held at a unit. `end_date` is the first day on which it is no longer held."""

    id: int
    role: str
    unit: str
    capacity: str
    from_date: date
    end_date: date | None


class PersonOut(Schema):
    """A person with the posts of today."""

    id: int
    username: str
    name: str
    active: bool
    posts: list[PostOut]


class PersonPage(Schema):
    """Part of a list of people."""

    count: int
    items: list[PersonOut]


class DelegationOut(Schema):
    """What was lent of a post; `pairs` empty means all of it."""

    id: int
    post: int
    receiver: int
    capacity: str
    pairs: list[str]
    from_date: date
    end_date: date | None
    revoked: bool


class HolderRow(Schema):
    """Who holds what: one row of the export."""

    person: str
    username: str
    role: str
    unit: str
    capacity: str
    from_date: date
    end_date: date | None


class RehomingOut(Schema):
    """A post that ended with its unit and waits; `heirs` are the units that came out of it."""

    post: PostOut
    person: int
    name: str
    heirs: list[str]


class AnswerOut(Schema):
    """Whether something is allowed, in both languages, and the grounds (or who would be allowed)."""

    allowed: bool
    sentence: str
    sentence_en: str
    grounds: list[str]


class Given(Schema):
    """What a caller sends. A field that is not known is refused: nobody should think it was heeded."""

    model_config = ConfigDict(extra="forbid")


class PostIn(Given):
    """A post to grant."""

    role: Annotated[Role, Field(json_schema_extra={"enum": [role.value for role in HELD]})]
    unit: Words
    from_date: date
    end_date: date | None = None
    capacity: Capacity = Capacity.OWN
    reason: Words


class PersonIn(PostIn):
    """A person to create, with a first post."""

    username: Username
    name: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]


class EndIn(Given):
    """The first day on which a post is no longer held; today when left out."""

    on: date | None = None
    reason: Words


class ReasonIn(Given):
    """Why."""

    reason: Words


class SubstituteIn(Given):
    """Who signs in place of the holder (KT), and for how long: the whole post."""

    receiver: Username
    from_date: date
    end_date: date | None = None
    reason: Words


class DelegationIn(SubstituteIn):
    """What is lent to whom."""

    capacity: Annotated[Capacity, Field(json_schema_extra={"enum": ["TL", "TUQ"]})]
    pairs: Annotated[list[Pair], Field(max_length=40)] = []
    document: Text = ""


class RehomingIn(Given):
    """Where a post goes on; null: nowhere."""

    unit: Words | None = None
    reason: Words
