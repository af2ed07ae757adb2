"""Policies name what is meant, wherever the bucket is."""

import json
from dataclasses import replace

import pytest

from core.ports.access import Role
from core.settings import Acl, Encryption, Profile, StoreKind
from storage.s3.policies import S3AccessPolicies

KEYS = "arn:aws:kms:us-east-1:111122223333:"
ACCESS_POINT = "arn:aws:s3:eu-central-1:111122223333:accesspoint/lab"


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("", "aws"),
        ("eu-central-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
    ],
)
def test_partitions(region: str, partition: str) -> None:
    policy = policy_of(Profile("lab", StoreKind.S3, bucket="lab", region=region))
    assert f'"arn:{partition}:s3:::lab"' in policy
    assert f'"arn:{partition}:s3:::lab/jobs/*"' in policy


def test_an_access_point_has_its_objects_below_a_name_of_their_own() -> None:
    policy = policy_of(Profile("lab", StoreKind.S3, bucket=ACCESS_POINT, region="us-east-1"))
    assert f'"Resource": "{ACCESS_POINT}"' in policy
    assert f'"{ACCESS_POINT}/object/jobs/*"' in policy


def test_what_objects_are_to_be_like() -> None:
    profile = Profile("lab", StoreKind.S3, bucket="lab", acl=Acl.OWNER_HAS_ALL, object_tags=True)
    for role in Role:
        policy = json.dumps(S3AccessPolicies(profile).of_role(role))
        for action in ("s3:PutObjectAcl", "s3:PutObjectTagging"):
            assert (action in policy) == (role is not Role.READER)
    assert "Tagging" not in policy_of(replace(profile, object_tags=False))


@pytest.mark.parametrize(
    ("key", "resource", "condition"),
    [
        (f"{KEYS}key/1234abcd", f"{KEYS}key/1234abcd", None),
        ("1234abcd", "arn:aws:kms:eu-central-1:*:key/1234abcd", None),
        ("alias/lab", "arn:aws:kms:eu-central-1:*:key/*", "alias/lab"),
        (f"{KEYS}alias/lab", "arn:aws:kms:eu-central-1:*:key/*", "alias/lab"),
    ],
    ids=["ARN", "id", "alias", "ARN of an alias"],
)
def test_keys(key: str, resource: str, condition: str | None) -> None:
    """An alias is no name of a key in policies: it is a condition."""
    profile = Profile(
        "lab", StoreKind.S3, bucket="lab", region="eu-central-1", encryption=Encryption.KMS,
        kms_key_id=key,
    )  # fmt: skip
    of_alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": condition}}
    for role in Role:
        document = S3AccessPolicies(profile).of_role(role)
        statement = json.loads(json.dumps(document))["Statement"][-1]
        written = ["kms:GenerateDataKey"] if role is not Role.READER else []
        assert statement["Action"] == [*written, "kms:Decrypt"]
        assert (statement["Sid"], statement["Resource"]) == ("Key", resource)
        assert statement.get("Condition") == (of_alias if condition else None)


def policy_of(profile: Profile) -> str:
    return json.dumps(S3AccessPolicies(profile).of_role(Role.CARETAKER))
