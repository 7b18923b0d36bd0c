"""botocore_test.py <sign_requests> [seed]: 10,000 random requests are signed by botocore and by us, and the results are equal.

Ends with 77, and says why, where botocore is not installed (Debian: python3-boto3).
"""
import datetime
import random
import subprocess
import sys
from unittest import mock
from urllib.parse import quote, urlsplit

try:
    import botocore.auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
except ImportError as missing:
    print(f"skipped: {missing}; apt-get install python3-boto3")
    sys.exit(77)

COUNT = 10_000
# What botocore asks for the time: the function has its own name in newer versions.
NEWER = hasattr(botocore.auth, "get_current_datetime")


def hexed(text):
    return (text.encode() if isinstance(text, str) else text).hex() or "-"


def words(r, alphabet, longest):
    return "".join(r.choice(alphabet) for _ in range(r.randrange(longest + 1)))


def a_request(r):
    letters = "abcXYZ019"
    path = "/" + "/".join(words(r, letters + "-_.~", 5) if r.random() < 0.8 else r.choice(["", ".", "..", "%20", "a%2Fb", "ä", "a b"])
                          for _ in range(r.randrange(4)))
    parameters = [(quote(words(r, letters + " /ü&", 4) or "k", safe="-_.~"), quote(words(r, letters + " =+", 6), safe="-_.~"))
                  for _ in range(r.randrange(4))]
    headers = {"X-Amz-Target": "DynamoDB_20120810." + words(r, letters, 12)}
    for _ in range(r.randrange(5)):
        name = r.choice(["X-Amz-" + words(r, letters, 5) + "a", "Content-Type", "user-agent", "Expect", "x-amzn-trace-id", "Accept"])
        if name.lower() not in (h.lower() for h in headers):
            headers[name] = words(r, letters + " \t,;=", 20)
    return path, parameters, headers


class moment:
    """Both libraries sign at this time."""

    def __init__(self, at):
        self.at = at

    def __enter__(self):
        if NEWER:
            self.patch = mock.patch("botocore.auth.get_current_datetime", return_value=self.at)
        else:
            self.patch = mock.patch("botocore.auth.datetime")
        patched = self.patch.__enter__()
        if not NEWER:
            patched.datetime.utcnow.return_value = self.at
            patched.datetime.strptime = datetime.datetime.strptime

    def __exit__(self, *why):
        self.patch.__exit__(*why)


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32)
    print(f"seed {seed}")
    r = random.Random(seed)
    lines, expected = [], []
    for _ in range(COUNT):
        path, parameters, headers = a_request(r)
        query_form = r.random() < 0.3
        token = words(r, "abc+/=", 30) if r.random() < 0.5 else ""
        credentials = Credentials(words(r, "AKIA019", 20) or "A", words(r, "abc+/ ä", 40), token or None)
        region, service = r.choice(["eu-west-2", "local", "us-gov-west-1"]), r.choice(["dynamodb", "sts"])
        at = datetime.datetime(2000, 1, 1) + datetime.timedelta(seconds=r.randrange(3_000_000_000))
        time = at.strftime("%Y%m%dT%H%M%SZ")
        host = "dynamodb." + region + ".amazonaws.com"
        if query_form:
            parameters = list(dict(parameters).items())  # botocore keeps one of each name, and drops those without one
        query = "&".join(f"{k}={v}" for k, v in parameters)
        body = "" if query_form else words(r, "{}\":ä1", 200)
        request = AWSRequest("GET" if query_form else "POST", "https://" + host + quote(path, safe="/%~") + ("?" + query if query else ""),
                             dict(headers), body.encode() or None)
        wire_path = urlsplit(request.url).path
        with moment(at):
            if query_form:
                signer = botocore.auth.SigV4QueryAuth(credentials, service, region, expires=r.randrange(1, 604_800))
                valid_for = str(signer._expires)
            else:
                signer, valid_for = botocore.auth.SigV4Auth(credentials, service, region), "0"
            signer.add_auth(request)
        sent = [("Host", host)] + list(headers.items())
        if query_form:
            expected.append(urlsplit(request.url).query)
        else:
            expected.append(request.headers["Authorization"])
            sent.append(("X-Amz-Date", time))
            if token:
                sent.append(("X-Amz-Security-Token", token))
        r.shuffle(sent)
        fields = [credentials.access_key, credentials.secret_key, token, region, service, time, request.method, wire_path, query, body,
                  valid_for] + [word for header in sent for word in header]
        lines.append(("query " if query_form else "header ") + " ".join(map(hexed, fields)))
    ours = subprocess.run([sys.argv[1]], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout.splitlines()
    if len(ours) != COUNT:
        sys.exit(f"{len(ours)} answers to {COUNT} requests")
    for line, theirs, our in zip(lines, expected, ours):
        if theirs != our:
            sys.exit(f"seed {seed}\n{line}\nbotocore: {theirs}\nours:     {our}")
    print(f"{COUNT} signatures are equal")


main()
