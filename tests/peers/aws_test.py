"""aws_test.py <build directory> : tests/peers/aws, which `./dev test --aws` runs, up to what needs an account: without credentials, refused, and
whole against `dynamo serve`, also when it is killed."""
import http.server
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

BUILD = pathlib.Path(sys.argv[1]).resolve()
PROGRAM = pathlib.Path(__file__).resolve().parent / "aws"
MARKED, UNMARKED = "dynamo_test_0123456789ab_", "dynamo_test_aaaaaaaaaaaa_"
FOREIGN = sorted(["dynamo_test_mine", "users", UNMARKED + "x"])  # one looks like a run's, and has no marker
SECONDS_OF_A_STEP = 120


def expect(what, true, shown=""):
    if not true:
        sys.exit(f"not so: {what}\n{shown}")


def call(url, operation, body):
    """Of a server that checks no signatures."""
    asked = urllib.request.Request(url, json.dumps(body).encode(), {"X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0"})
    with urllib.request.urlopen(asked) as came:
        return json.load(came)


def make(url, table, key="id"):
    call(url, "CreateTable", {"TableName": table, "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
                              "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}]})


def tables(url):
    return call(url, "ListTables", {})["TableNames"]


class Serve:
    """`dynamo serve` with three tables that are nobody's business."""

    def __init__(self, *options):
        self.options = options

    def __enter__(self):
        self.process = subprocess.Popen([BUILD / "bin" / "dynamo", "serve", "--port", "0", *self.options], stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://[^,\s]+", self.process.stdout.readline()).group()
        for table in FOREIGN:
            make(self.url, table)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    @property
    def as_elsewhere(self):
        """A URL of the same server that is not one of this machine's, for who reads URLs only."""
        return re.sub("127.0.0.1|localhost", "0.0.0.0", self.url)


class Fake:
    """A server that refuses the operations that `refuse` names (all without one), and forwards the others."""

    def __init__(self, error, forward=None, refuse=None, after=0):
        outer = self
        self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                target = self.headers["X-Amz-Target"]
                operation = target.split(".")[1]
                outer.asked.append(operation)
                refused = len(outer.asked) > after and (refuse is None or operation in refuse)
                status, answer = 400, json.dumps({"__type": f"com.amazon.coral.service#{error}", "message": "refused by the test"}).encode()
                if not refused:
                    try:
                        with urllib.request.urlopen(urllib.request.Request(forward, body, {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"})) as came:
                            status, answer = 200, came.read()
                    except urllib.error.HTTPError as came:
                        status, answer = came.code, came.read()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def environment(**more):
    """Of a machine that knows nothing of AWS."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "PYTHONDONTWRITEBYTECODE": "1", **more}


KEYS = {"AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "sEcReT", "AWS_REGION": "eu-west-2"}


def command(folder, *words):
    return [sys.executable, PROGRAM, "--build", BUILD, "--folder", folder, *words]


def run(folder, *words, variables=None, stdin=subprocess.DEVNULL):
    ran = subprocess.run(command(folder, *words), env=environment(**(variables or {})), stdin=stdin, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, timeout=SECONDS_OF_A_STEP * 4)
    expect("no secret is shown", "sEcReT" not in ran.stdout + ran.stderr, ran.stdout + ran.stderr)
    return ran


def words_of(ran):
    return f"exit code {ran.returncode}\n{ran.stdout}\n{ran.stderr}"


def without_credentials(folder):
    ran = run(folder, "--region", "eu-west-2")
    expect("no credentials: exit code 2", ran.returncode == 2, words_of(ran))
    for part in ("No credentials for AWS are configured. Looked at: ", "AWS_ACCESS_KEY_ID is not set", "--profile NAME", "Nothing was made."):
        expect(f"no credentials: it says {part}", part in ran.stderr, words_of(ran))
    ran = run(folder, variables={**KEYS, "AWS_REGION": ""})
    expect("no region: it says so", ran.returncode == 2 and ran.stderr.count("No region is known") == 1, words_of(ran))
    ran = run(folder, "--profile", "nobody", variables=KEYS)
    expect("a profile that is not there: it is named", ran.returncode == 2 and "nobody" in ran.stderr, words_of(ran))
    expect("nothing was noted", not list(folder.iterdir()))


def refused_at_once(folder):
    for error in ("UnrecognizedClientException", "InvalidSignatureException"):
        fake = Fake(error)
        ran = run(folder, "--endpoint", fake.url, "--yes", variables=KEYS)
        expect(f"{error}: one call, exit code 2", ran.returncode == 2 and fake.asked == ["ListTables"], f"{fake.asked} {words_of(ran)}")
        expect(f"{error}: said once", ran.stderr.count(error) == 1 and "refused by the test" in ran.stderr, words_of(ran))
    expect("nothing was noted", not list(folder.iterdir()))


def refused_later(folder, server):
    fake = Fake("AccessDeniedException", server.url, {"CreateTable"})
    ran = run(folder, "--endpoint", fake.url, variables=KEYS)
    expect("no permission for tables: exit code 2", ran.returncode == 2 and fake.asked.count("CreateTable") == 1, words_of(ran))
    expect("no permission for tables: said", "the first table cannot be made" in ran.stderr, words_of(ran))

    fake = Fake("ExpiredTokenException", server.url, after=60)
    ran = run(folder, "--endpoint", fake.url, "--jobs", "2", variables=KEYS)
    expect("credentials that expire: exit code 1", ran.returncode == 1 and "--clean" in ran.stderr, words_of(ran))
    expect("credentials that expire: told once", ran.stderr.count("stopped: ") == 1, words_of(ran))
    expect("credentials that expire: no more tests are tried", len(re.findall("^differs: ", ran.stdout, re.M)) <= 2, words_of(ran))
    ran = run(folder, "--endpoint", server.url, "--clean")
    expect("what it left is deleted", ran.returncode == 0 and sorted(tables(server.url)) == FOREIGN, words_of(ran))


def asked_first(folder, server):
    ran = run(folder, "--endpoint", server.as_elsewhere, variables=KEYS)
    expect("elsewhere: nothing without a yes", ran.returncode == 2 and "give --yes" in ran.stderr, words_of(ran))
    for part in ("eu-west-2", "access key id", "USD", "tables are made"):
        expect(f"elsewhere: it says {part}", part in ran.stdout, words_of(ran))
    ours, theirs = pty.openpty()
    os.write(ours, b"no\n")
    ran = run(folder, "--endpoint", server.as_elsewhere, variables=KEYS, stdin=theirs)
    expect("elsewhere: a no is a no", ran.returncode == 2 and "nothing was made" in ran.stderr, words_of(ran))
    expect("nothing was made", sorted(tables(server.url)) == FOREIGN)
    os.write(ours, b"yes\n")
    ran = run(folder, "--endpoint", server.as_elsewhere, "--only", "corpus/*tables", variables=KEYS, stdin=theirs)
    expect("elsewhere: a yes is a yes", ran.returncode == 0, words_of(ran))


def whole(folder, server):
    ran = run(folder, "--endpoint", server.url, "--jobs", "2")
    expect("it passes whole", ran.returncode == 0 and "; 0 tests differ;" in ran.stdout, words_of(ran))
    used = int(re.search(r"(\d+) tests used it", ran.stdout).group(1))
    expect("the suites are used", used > 90, words_of(ran))
    expect("no table is left", sorted(tables(server.url)) == FOREIGN, tables(server.url))
    expect("no ledger is left", not list(folder.glob("*ledger.txt")))
    print(ran.stdout.splitlines()[-2])


def differences(folder):
    """Of a server that has other words."""
    report = folder / "differences.txt"
    with Serve("--wording", "2025") as server:
        ran = run(folder, "--endpoint", server.url, "--only", "corpus/*", "--report", report)
    expect("what differs is an exit code", ran.returncode == 1 and str(report) in ran.stdout, words_of(ran))
    text = report.read_text()
    expect("a block a difference", re.search(r"== condition_empty: .*\nsource: .*\nstep 1\nrequest:  PutItem .*\nexpected: error .*\ngot:      validation: ", text), text)


def killed(folder, server, sent):
    before = set(folder.glob("*ledger.txt"))
    process = subprocess.Popen(command(folder, "--endpoint", server.url, "--jobs", "2"), env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + SECONDS_OF_A_STEP
    while not any(len(each.read_text().split()) > 5 for each in set(folder.glob("*ledger.txt")) - before):
        expect("it makes tables", time.monotonic() < end and process.poll() is None)
        time.sleep(0.01)
    process.send_signal(sent)
    process.wait()
    return process.returncode


def tables_settled(server):
    """What is listed once nothing changes any more."""
    before, now = None, tables(server.url)
    while before != now:
        time.sleep(0.5)
        before, now = now, tables(server.url)
    return sorted(now)


def killed_and_cleaned(folder, server):
    expect("SIGTERM: it deletes what it made", killed(folder, server, signal.SIGTERM) not in (0, 2) and tables_settled(server) == FOREIGN, tables(server.url))
    for _ in range(3):
        killed(folder, server, signal.SIGKILL)
    left = tables_settled(server)
    markers = [name for name in left if name.endswith("_run")]
    expect("SIGKILL: each run leaves its marker", len(markers) == 3, left)
    ran = run(folder, "--endpoint", server.as_elsewhere, "--clean", variables=KEYS)
    expect("--clean asks elsewhere", ran.returncode == 2 and "give --yes" in ran.stderr and tables_settled(server) == left, words_of(ran))
    for name in markers + [UNMARKED]:
        expect(f"--clean lists {name}", name.removesuffix("run") in ran.stdout, words_of(ran))
    expect("--clean leaves what has no marker", f"{UNMARKED}*: 1 table, which have no marker and are left alone" in ran.stdout, words_of(ran))
    ran = run(folder, "--endpoint", server.as_elsewhere, "--clean", "--yes", variables=KEYS)
    expect("--clean deletes what was left, and nothing else", ran.returncode == 0 and sorted(tables(server.url)) == FOREIGN, words_of(ran))
    expect("the ledgers are gone", not list(folder.glob("*ledger.txt")))
    ran = run(folder, "--endpoint", server.url, "--clean")
    expect("--clean of nothing", ran.returncode == 0 and "No run has left a table here." in ran.stdout, words_of(ran))


def markers_are_checked(server):
    """A table that has a marker's name and another key is no marker."""
    make(server.url, MARKED + "run", "somebodys_key")
    ran = subprocess.run([BUILD / "tests" / "peers" / "account_tables", "end", MARKED], env=environment(**KEYS, DYNAMO_TEST_AWS_ENDPOINT=server.url),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    expect("a false marker deletes nothing", ran.returncode == 1 and "left alone" in ran.stderr and MARKED + "run" in tables(server.url), words_of(ran))
    call(server.url, "DeleteTable", {"TableName": MARKED + "run"})


def main():
    with tempfile.TemporaryDirectory(prefix="dynamo_aws_") as temporary, Serve() as server:
        folder = pathlib.Path(temporary)
        without_credentials(folder)
        refused_at_once(folder)
        asked_first(folder, server)
        whole(folder, server)
        differences(folder)
        refused_later(folder, server)
        killed_and_cleaned(folder, server)
        markers_are_checked(server)


if __name__ == "__main__":
    main()
