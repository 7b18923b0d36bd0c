"""walk_test.py <the program dynamo> <the function's program> <sample-data.mjs>: the walk of infrastructure/sample-data/README.md.

A server, a table, a mapping to the function, and sample data that are put twice, the second time with another message; the program that puts
them is killed the first time and interrupted the second, the mapping is killed once. The function has to see every change, each item's in order.
Every wait is for something to happen, and ends the test when nothing at all has happened for a while.
"""
import atexit
import collections
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from served import Server, expect

COUNT = 5000
AHEAD_MAX = 400  # items that were put and not saved as such: 100 times --concurrency
PATIENCE_S = 90  # without any progress
SECRET = "not-to-be-seen"
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DYNAMODB_"))} | {
    "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
DYNAMO, FUNCTION, SAMPLE_DATA = sys.argv[1:4]


def start(words, variables, stdout):
    """A program that does not outlive the test."""
    process = subprocess.Popen(words, env=ENVIRONMENT | variables, stdout=stdout, stderr=subprocess.PIPE, text=True)
    atexit.register(process.kill)
    return process


class Walk:
    def __init__(self, url, folder):
        self.url = url
        self.folder = folder
        self.state = os.path.join(folder, "state.json")
        self.seen = os.path.join(folder, "seen")
        self.log = os.path.join(folder, "log")

    def call(self, operation, body):
        """Our own request: the server checks no signature."""
        request = urllib.request.Request(self.url, json.dumps(body).encode(), {
            "X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0"})
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def items(self):
        count, start = 0, {}
        while True:
            page = self.call("Scan", {"TableName": "SampleStreamTable", "Select": "COUNT"} | start)
            count += page["Count"]
            if "LastEvaluatedKey" not in page:
                return count
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def put(self):
        """How many items the state says are put; None before there is one."""
        try:
            with open(self.state) as file:
                return json.load(file)["put"]
        except FileNotFoundError:
            return None

    def sample_data(self, *flags):
        words = ["node", SAMPLE_DATA, "--endpoint", self.url, "--count", str(COUNT), "--state", self.state, *flags]
        return self.node(words)

    def node(self, words):
        keys = {"DYNAMODB_ACCESS_KEY_ID": "any", "DYNAMODB_SECRET_ACCESS_KEY": SECRET}
        return start(words, keys, subprocess.PIPE)

    def mapping(self):
        keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": SECRET}
        with open(self.log, "a") as log:
            return start([DYNAMO, "event-source", "--table", "SampleStreamTable", "--function", FUNCTION, "--endpoint-url", self.url,
                          "--env", f"SAMPLE_SEEN={self.seen}"], keys, log)

    def lines_seen(self):
        """Whole lines "<id> <sequence number> <kind>"."""
        try:
            with open(self.seen) as file:
                return [line.split() for line in file if line.endswith("\n")]
        except FileNotFoundError:
            return []


def wait_for(what, done, progress, running=()):
    """Until done(); progress() is anything that changes while something happens, and `running` has to stay."""
    last, since = None, time.monotonic()
    while not done():
        for process in running:
            if process.poll() is not None and not done():
                sys.exit(f"{what}: a program ended with {process.returncode}: {process.communicate()[1]}")
        now = progress()
        if now != last:
            last, since = now, time.monotonic()
        elif time.monotonic() - since > PATIENCE_S:
            sys.exit(f"{what}: nothing happens after {now}")
        time.sleep(0.02)


def end(process, how, status):
    """What it wrote to standard error."""
    if how is not None:
        process.send_signal(how)
    try:
        out, told = process.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        sys.exit(f"{process.args} does not end: {process.communicate()[1]}")
    if process.returncode != status:
        sys.exit(f"{process.args} ended with {process.returncode}, expected {status}: {told}")
    if SECRET in (out or "") + told:
        sys.exit(f"{process.args} told a secret")
    return told


def put_and_kill(walk):
    """The first pass. Slow until it is killed, so that it is in its middle."""
    putting = walk.sample_data("--create-table", "--rate", "200")
    wait_for("the table", lambda: walk.put() is not None, walk.put, [putting])
    mapping = walk.mapping()
    wait_for("the first items", lambda: (walk.put() or 0) >= 300, walk.put, [putting, mapping])
    end(putting, signal.SIGKILL, -signal.SIGKILL)
    saved, there = walk.put(), walk.items()
    if not 300 <= saved <= there <= saved + AHEAD_MAX or there == COUNT:
        sys.exit(f"{saved} items are put by the state, {there} are there")
    putting = walk.sample_data("--rate", "0")
    wait_for("the function", lambda: len(walk.lines_seen()) > 1000, lambda: len(walk.lines_seen()), [mapping])
    end(mapping, signal.SIGKILL, -signal.SIGKILL)
    mapping = walk.mapping()
    told = end(putting, None, 0)
    if f"Going on after item {saved}\n" not in told or f"All {COUNT} items are put, {COUNT - saved} of them" not in told:
        sys.exit(f"it does not go on: {told}")
    expect("items", walk.items(), COUNT)
    told = end(walk.sample_data(), None, 0)
    if f"All {COUNT} items were put by an earlier run" not in told:
        sys.exit(f"it begins again: {told}")
    return mapping


def put_and_interrupt(walk, mapping):
    """The second pass: the same items with another message."""
    refused = end(walk.sample_data("--message", "another"), None, 2)
    if "--restart" not in refused:
        sys.exit(f"not refused: {refused}")
    putting = walk.sample_data("--message", "it's another", "--restart", "--rate", "200")
    wait_for("the second pass", lambda: 300 <= walk.put() < COUNT, walk.put, [putting, mapping])
    told = end(putting, signal.SIGINT, 128 + signal.SIGINT)
    words = shlex.split(told.splitlines()[-1])
    expect("the command to go on", words[:1] + words[2:4], ["node", "--endpoint", walk.url])
    words[words.index("--rate") + 1] = "0"
    told = end(walk.node(words), None, 0)
    if "Going on after item " not in told:
        sys.exit(f"it does not go on: {told}")
    item = walk.call("GetItem", {"TableName": "SampleStreamTable", "Key": {"Id": {"N": str(COUNT)}}})["Item"]
    expect("item", item, {"Id": {"N": str(COUNT)}, "Message": {"S": "it's another"}, "EntityType": {"S": "sample"}})


def changes_by_item(lines):
    """Each change where it came first."""
    items = collections.defaultdict(dict)
    for number, sequence, kind in lines:
        items[int(number)].setdefault(int(sequence), kind)
    return items


def check(walk):
    lines = walk.lines_seen()
    items = changes_by_item(lines)
    expect("items seen", sorted(items), list(range(1, COUNT + 1)))
    for number, changes in items.items():
        expect(f"changes of item {number}", list(changes.values()), ["INSERT", "MODIFY"])
        expect(f"order of item {number}", list(changes), sorted(changes))
    with open(walk.log) as log:
        handled = [json.loads(line) for line in log if line.endswith("}\n") and '"changes handled"' in line]
    expect("failed changes", sum(line["failed"] for line in handled), 0)
    logged = sum(line["changes"] for line in handled)
    if logged < COUNT:  # the second half at least: of the first, the mapping that was killed may have taken lines with it
        sys.exit(f"the log says {logged} changes")
    print(f"{len(lines)} changes seen of {2 * COUNT}, {len(lines) - 2 * COUNT} of them again, in {len(handled)} invocations that were logged")


def check_that_silence_can_be_ended():
    """A host that takes connections and answers nothing: one Ctrl-C is enough."""
    with socket.create_server(("127.0.0.1", 0)) as silent, tempfile.TemporaryDirectory(prefix="dynamo_walk_") as folder:
        silent.settimeout(PATIENCE_S)
        putting = Walk(f"http://127.0.0.1:{silent.getsockname()[1]}", folder).sample_data()
        peer, _ = silent.accept()
        with peer:
            expect("what it says", end(putting, signal.SIGINT, 128 + signal.SIGINT), "sample-data: Ended by a signal, before anything was put\n")


def main():
    check_that_silence_can_be_ended()
    with tempfile.TemporaryDirectory(prefix="dynamo_walk_") as folder, Server(DYNAMO) as server:
        walk = Walk(server.url, folder)
        mapping = put_and_kill(walk)
        put_and_interrupt(walk, mapping)
        wait_for("all changes", lambda: sum(map(len, changes_by_item(walk.lines_seen()).values())) >= 2 * COUNT,
                 lambda: len(walk.lines_seen()), [mapping])
        told = end(mapping, signal.SIGTERM, 0)
        expect("given up", " and 0 given up, " in told, True)
        check(walk)


main()
