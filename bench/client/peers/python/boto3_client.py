"""boto3's resource interface; several calls in flight are made by as many threads, each with a resource of its own, as boto3 asks for."""
import resource
import sys
import threading
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Key
from botocore.config import Config

ORDER = {"customer": "CUSTOMER#0000000000", "id": "ORDER#2024-05-17T12:34:56Z#0000007", "name": "Grace Hopper 7",
         "email": "grace.hopper.7@example.com", "status": "DELIVERED", "quantity": 8, "amount": Decimal("26.99"),
         "created_at": 1715948103, "active": False, "tags": {"europe", "gift-wrap", "priority"}}
URL, CALLS = sys.argv[1], int(sys.argv[2])


def table():
    session = boto3.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="a secret", region_name="eu-west-1")
    return session.resource("dynamodb", endpoint_url=URL, config=Config(max_pool_connections=32)).Table("orders")


def get(orders):
    assert orders.get_item(Key={"customer": ORDER["customer"], "id": ORDER["id"]})["Item"]["quantity"] == 8


def put(orders):
    orders.put_item(Item=ORDER)


def query(orders):
    assert len(orders.query(KeyConditionExpression=Key("customer").eq(ORDER["customer"]))["Items"]) == 100


def cpu_us():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1e6


def repeat(call, orders, times):
    for _ in range(times):
        call(orders)


TABLES = [table() for _ in range(32)]
for in_flight in (1, 8, 32):
    for name, call, calls in (("GetItem", get, CALLS), ("PutItem", put, CALLS), ("Query", query, CALLS // 10)):
        each = calls // in_flight
        for _ in range(2):
            before = cpu_us()
            threads = [threading.Thread(target=repeat, args=(call, orders, each)) for orders in TABLES[:in_flight]]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        print(f"{name} {in_flight} {(cpu_us() - before) / (each * in_flight):.2f}")
