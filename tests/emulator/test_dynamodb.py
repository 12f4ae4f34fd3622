# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which items of a table somebody may read and write, by dynamodb:LeadingKeys.

Source: DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control".
"""

import pytest

from tests.emulator.aws_answers import ACCOUNT, REGION, refused

TABLE = "markers"
ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{TABLE}"
MINE = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["team/a"]}}
OTHER, OWN = {"path": {"S": "team/b"}, "at": {"N": "1"}}, {"path": {"S": "team/a"}, "at": {"N": "1"}}


@pytest.fixture(scope="module")
def table(root):
    client = root("dynamodb")
    client.create_table(
        TableName=TABLE,
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind}
            for name, kind in (("path", "S"), ("at", "N"), ("owner", "S"))
        ],
        KeySchema=[{"AttributeName": "path", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "owners",
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    assert [client.describe_table(TableName=TABLE)["Table"]["TableStatus"] for _ in range(2)] == ["CREATING", "ACTIVE"]
    return client


@pytest.fixture
def limited(table, user):
    return user("dynamodb", {"Action": "dynamodb:*", "Resource": [ARN, f"{ARN}/index/*"], "Condition": MINE})


def query(expression, value, **more):
    return {"KeyConditionExpression": expression, "ExpressionAttributeValues": {":v": {"S": value}}, **more}


CALLS = {
    "get": lambda client, key: client.get_item(TableName=TABLE, Key=key),
    "get by ARN": lambda client, key: client.get_item(TableName=ARN, Key=key),
    "put": lambda client, key: client.put_item(TableName=TABLE, Item=key),
    "update": lambda client, key: client.update_item(TableName=TABLE, Key=key),
    "delete": lambda client, key: client.delete_item(TableName=TABLE, Key=key),
    "query": lambda client, key: client.query(TableName=TABLE, **query("path = :v", key["path"]["S"])),
    "query the other way round": lambda client, key: client.query(
        TableName=TABLE, **query(":v=#p", key["path"]["S"], ExpressionAttributeNames={"#p": "path"})
    ),
    "query an index": lambda client, key: client.query(
        TableName=TABLE, IndexName="owners", **query("owner = :v", key["path"]["S"])
    ),
    "older query": lambda client, key: client.query(
        TableName=TABLE, KeyConditions={"path": {"ComparisonOperator": "EQ", "AttributeValueList": [key["path"]]}}
    ),
    "batch get": lambda client, key: client.batch_get_item(RequestItems={TABLE: {"Keys": [OWN, key][key == OWN :]}}),
    "batch write": lambda client, key: client.batch_write_item(
        RequestItems={TABLE: [{"PutRequest": {"Item": {**key, "at": {"N": "2"}}}}, {"DeleteRequest": {"Key": OWN}}]}
    ),
    "transaction": lambda client, key: client.transact_write_items(
        TransactItems=[{"Put": {"TableName": TABLE, "Item": key}}]
    ),
    "transaction of reads": lambda client, key: client.transact_get_items(
        TransactItems=[{"Get": {"TableName": TABLE, "Key": key}}]
    ),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_items_of_ones_own_leading_keys_alone(limited, call):
    with refused("AccessDeniedException"):
        call(limited, OTHER)
    assert call(limited, OWN)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_one_of_several_operations_by_key(table, user):
    own = user("dynamodb", {"Action": "dynamodb:UpdateItem", "Resource": ARN, "Condition": MINE})
    own.update_item(TableName=TABLE, Key=OWN)
    for call, key in ((own.update_item, OTHER), (own.get_item, OWN), (own.delete_item, OWN)):
        with refused("AccessDeniedException"):
            call(TableName=TABLE, Key=key)


def test_key_that_no_condition_asks_for_changes_nothing(table, user):
    free = user("dynamodb", {"Action": "dynamodb:*", "Resource": ARN})
    assert free.put_item(TableName=TABLE, Item=OTHER)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_scan_has_no_leading_keys(limited):
    """ForAllValues is true of a key that is not there (IAM user guide), so a policy of AWS's must leave Scan out."""
    assert "Items" in limited.scan(TableName=TABLE)


def simple(name):
    return {
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": "key", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "key", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }


def status_of(dynamodb, name, times):
    return [dynamodb.describe_table(TableName=name)["Table"]["TableStatus"] for _ in range(times)]


def test_table_takes_time_to_come_and_to_go(emulator, client):
    dynamodb, key = client("dynamodb"), {"key": {"S": "a"}}
    assert dynamodb.create_table(**simple("slow"))["TableDescription"]["TableStatus"] == "CREATING"
    with refused("ResourceNotFoundException"):
        dynamodb.put_item(TableName="slow", Item=key)
    with refused("ResourceInUseException"):
        dynamodb.delete_table(TableName="slow")
    assert status_of(dynamodb, "slow", 1) == ["ACTIVE"]
    dynamodb.put_item(TableName="slow", Item=key)
    assert dynamodb.delete_table(TableName="slow")["TableDescription"]["TableStatus"] == "DELETING"
    with refused("ResourceInUseException"):
        dynamodb.create_table(**simple("slow"))
    with refused("ResourceNotFoundException"):
        dynamodb.describe_table(TableName="slow")
    assert dynamodb.create_table(**simple("slow"))["TableDescription"]["TableStatus"] == "CREATING"


def test_deleting_twice_is_no_error_and_protection_holds(emulator, client):
    dynamodb = client("dynamodb")
    dynamodb.create_table(**simple("kept"), DeletionProtectionEnabled=True)
    assert status_of(dynamodb, "kept", 2) == ["CREATING", "ACTIVE"]
    with refused("ValidationException"):
        dynamodb.delete_table(TableName="kept")
    dynamodb.update_table(TableName="kept", DeletionProtectionEnabled=False)
    deleted = [dynamodb.delete_table(TableName="kept")["TableDescription"]["TableStatus"] for _ in range(2)]
    assert deleted == ["DELETING", "DELETING"]
