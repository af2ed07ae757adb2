"""Policies name what is meant, wherever the bucket is."""

import json

import pytest

from core.ports.access import Role
from core.settings import Profile, StoreKind
from storage.s3.policies import S3AccessPolicies

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


def policy_of(profile: Profile) -> str:
    return json.dumps(S3AccessPolicies(profile).of_role(Role.CARETAKER))
