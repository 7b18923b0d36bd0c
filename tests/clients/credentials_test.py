"""credentials_test.py <the program dynamo>: whether `dynamo doctor` finds the credentials that botocore finds, in many environments.

Both ask the same fakes of AWS's sources on this machine. Ends with 77, and says why, where botocore is not installed (Debian: python3-botocore)
or too old for that: it would ask AWS.
"""
import atexit
import datetime
import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.parse

from served import expect, skip

HOME = tempfile.mkdtemp(prefix="dynamo_credentials_")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["HOME"] = HOME  # botocore looks at it when it is imported
try:
    import botocore.session
except ImportError as missing:
    skip(f"{missing}; apt-get install python3-botocore")
if [int(part) for part in botocore.__version__.split(".")[:2]] < [1, 34]:
    skip(f"botocore {botocore.__version__}; 1.34 knows AWS_ENDPOINT_URL_STS and the token's file of a container")

SECRET = "sEcReT"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/"


def hours_from_now(hours):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Sources(http.server.BaseHTTPRequestHandler):
    """STS, IAM Identity Center, a container's agent and the metadata service, each under its own paths."""

    def log_message(self, *_):
        pass

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def keys(self, key_id):
        self.answer(200, json.dumps({"Code": "Success", "AccessKeyId": key_id, "SecretAccessKey": SECRET, "Token": SECRET,
                                     "Expiration": hours_from_now(6)}))

    def do_PUT(self):
        self.answer(200, "imds-token") if self.path == "/latest/api/token" else self.answer(404, "")

    def do_GET(self):
        roles = "/latest/meta-data/iam/security-credentials/"
        if self.path.startswith(roles):
            if self.headers["x-aws-ec2-metadata-token"] != "imds-token":
                return self.answer(401, "")
            return self.answer(200, "app") if self.path == roles else self.keys("ec2")
        if self.path == "/container":
            return self.keys("with-" + self.headers["authorization"] if self.headers["authorization"] else "agent")
        if self.path.startswith("/federation/credentials?"):
            token = self.headers["x-amz-sso_bearer_token"]
            expires = int((datetime.datetime.now().timestamp() + 3600) * 1000)
            return self.answer(200, json.dumps({"roleCredentials": {
                "accessKeyId": token, "secretAccessKey": SECRET, "sessionToken": SECRET, "expiration": expires}}))
        return self.answer(404, "")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/token":
            return self.answer(200, json.dumps({"accessToken": "renewed", "expiresIn": 28800, "refreshToken": "again", "tokenType": "Bearer"}))
        form = dict(urllib.parse.parse_qsl(body))
        action = form["Action"]
        if form["RoleArn"].endswith("refused"):
            return self.answer(403, "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>")
        who = form.get("WebIdentityToken") or re.search("Credential=([^/]*)/", self.headers["Authorization"]).group(1)
        return self.answer(200, f"""<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>
            <AssumedRoleUser><AssumedRoleId>A:s</AssumedRoleId><Arn>arn:aws:sts::{ACCOUNT}:assumed-role/r/s</Arn></AssumedRoleUser>
            <Credentials><AccessKeyId>{who}-{form["RoleArn"][-1]}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>
            <SessionToken>{SECRET}</SessionToken><Expiration>{hours_from_now(1)}</Expiration></Credentials></{action}Result>
            <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>""")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sources)
threading.Thread(target=server.serve_forever, daemon=True).start()
URL = f"http://127.0.0.1:{server.server_port}"

BASE = {"HOME": HOME, "PATH": "/usr/bin:/bin", "AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "eu-west-2",
        "AWS_ENDPOINT_URL_STS": URL, "AWS_ENDPOINT_URL_SSO": URL,
        "AWS_ENDPOINT_URL_SSO_OIDC": URL, "AWS_EC2_METADATA_SERVICE_ENDPOINT": URL + "/"}
KEYS = {"AWS_ACCESS_KEY_ID": "env", "AWS_SECRET_ACCESS_KEY": SECRET}
AGENT = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": URL + "/container"}
IDENTITY = {"AWS_WEB_IDENTITY_TOKEN_FILE": HOME + "/identity", "AWS_ROLE_ARN": ROLE + "w"}


def keys(key_id):
    return f"aws_access_key_id = {key_id}\naws_secret_access_key = {SECRET}\n"


def printed(key_id):
    return "credential_process = echo '" + json.dumps({"Version": 1, "AccessKeyId": key_id, "SecretAccessKey": SECRET}) + "'\n"


SSO = f"sso_account_id = {ACCOUNT}\nsso_role_name = r\n"
SESSION = "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = us-east-1\n"


def sso_token(name, hours, token="sso"):
    path = f".aws/sso/cache/{hashlib.sha1(name.encode()).hexdigest()}.json"
    return {path: json.dumps({"startUrl": "https://corp.example/start", "region": "us-east-1", "accessToken": token,
                              "expiresAt": hours_from_now(hours), "clientId": "c", "clientSecret": "s", "refreshToken": "r",
                              "registrationExpiresAt": hours_from_now(1000)})}


# name: (variables, config file, credentials file, other files, profile of the command line)
CASES = {
    "nothing but the metadata service": ({}, "", "", {}, ""),
    "nothing": ({"AWS_EC2_METADATA_DISABLED": "true"}, "", "", {}, ""),
    "variables": (KEYS, "", "", {}, ""),
    "variables with a token": ({**KEYS, "AWS_SESSION_TOKEN": "t"}, "", "", {}, ""),
    "variables with an account": ({**KEYS, "AWS_ACCOUNT_ID": ACCOUNT}, "", "", {}, ""),
    "half of the variables": ({"AWS_ACCESS_KEY_ID": "env"}, "", "", {}, ""),
    "variables before a profile of the environment": ({**KEYS, "AWS_PROFILE": "dev"}, "", "[dev]\n" + keys("dev"), {}, ""),
    "a profile of the command line before variables": (KEYS, "", "[dev]\n" + keys("dev"), {}, "dev"),
    "a profile of the command line before web identity": (IDENTITY, "", "[dev]\n" + keys("dev"), {"identity": "idtok"}, "dev"),
    "the default profile": ({}, "", "[default]\n" + keys("def"), {}, ""),
    "the default profile in the config file": ({}, "[default]\n" + keys("def"), "", {}, ""),
    "AWS_PROFILE": ({"AWS_PROFILE": "dev"}, "[profile dev]\n" + keys("dev"), "[default]\n" + keys("def"), {}, ""),
    "AWS_DEFAULT_PROFILE": ({"AWS_DEFAULT_PROFILE": "dev"}, "[profile dev]\n" + keys("dev"), "", {}, ""),
    "a profile that is not there": ({"AWS_PROFILE": "none"}, "", "[default]\n" + keys("def"), {}, ""),
    "the credentials file before the config file": ({}, "[default]\n" + keys("conf"), "[default]\n" + keys("cred"), {}, ""),
    "a token of the other file": ({}, "[default]\naws_session_token = t\n", "[default]\n" + keys("cred"), {}, ""),
    "half of a pair": ({}, "", "[default]\naws_access_key_id = a\n", {}, ""),
    "an account of a profile": ({}, "", "[default]\naws_account_id = " + ACCOUNT + "\n" + keys("a"), {}, ""),
    "a process": ({}, "[default]\n" + printed("run"), "", {}, ""),
    "a process before keys of the config file": ({}, "[default]\n" + keys("conf") + printed("run"), "", {}, ""),
    "keys of the credentials file before a process": ({}, "[default]\n" + printed("run"), "[default]\n" + keys("cred"), {}, ""),
    "a process that fails": ({}, "[default]\ncredential_process = false\n", "", {}, ""),
    "a process that prints nonsense": ({}, "[default]\ncredential_process = echo nonsense\n", "", {}, ""),
    "a process that is not there": ({}, "[default]\ncredential_process = /nowhere/program\n", "", {}, ""),
    "a role": ({}, f"[default]\nrole_arn = {ROLE}a\nsource_profile = base\n", "[base]\n" + keys("k"), {}, ""),
    "a role of a role": ({}, f"[default]\nrole_arn = {ROLE}b\nsource_profile = mid\n[profile mid]\nrole_arn = {ROLE}a\nsource_profile = base\n",
                         "[base]\n" + keys("k"), {}, ""),
    "a role of itself": ({}, "", f"[default]\nrole_arn = {ROLE}a\nsource_profile = default\n" + keys("k"), {}, ""),
    "keys of a source before its role": ({}, f"[default]\nrole_arn = {ROLE}b\nsource_profile = mid\n[profile mid]\nrole_arn = {ROLE}a\nsource_profile = base\n"
                                         + keys("m"), "[base]\n" + keys("k"), {}, ""),
    "a role of a process": ({}, f"[default]\nrole_arn = {ROLE}a\nsource_profile = base\n[profile base]\n" + printed("run"), "", {}, ""),
    "roles in a loop": ({}, f"[default]\nrole_arn = {ROLE}a\nsource_profile = b\n[profile b]\nrole_arn = {ROLE}b\nsource_profile = default\n", "", {}, ""),
    "a role without a source": ({}, f"[default]\nrole_arn = {ROLE}a\n", "", {}, ""),
    "a role whose source is not there": ({}, f"[default]\nrole_arn = {ROLE}a\nsource_profile = none\n", "", {}, ""),
    "a role that is refused": ({}, f"[default]\nrole_arn = {ROLE}refused\nsource_profile = base\n", "[base]\n" + keys("k"), {}, ""),
    "a role of the environment": (KEYS, f"[profile dev]\nrole_arn = {ROLE}a\ncredential_source = Environment\n", "", {}, "dev"),
    "a role of a container": (AGENT, f"[default]\nrole_arn = {ROLE}a\ncredential_source = EcsContainer\n", "", {}, ""),
    "a role of an instance": ({}, f"[default]\nrole_arn = {ROLE}a\ncredential_source = Ec2InstanceMetadata\n", "", {}, ""),
    "web identity": (IDENTITY, "", "", {"identity": "idtok"}, ""),
    "web identity before a profile": (IDENTITY, "", "[default]\n" + keys("def"), {"identity": "idtok"}, ""),
    "variables before web identity": ({**KEYS, **IDENTITY}, "", "", {"identity": "idtok"}, ""),
    "web identity without its file": (IDENTITY, "", "", {}, ""),
    "web identity of a profile": ({}, f"[default]\nrole_arn = {ROLE}w\nweb_identity_token_file = {HOME}/identity\n", "", {"identity": "idtok"}, ""),
    "IAM Identity Center": ({}, "[default]\nsso_session = corp\n" + SSO + SESSION, "", sso_token("corp", 8), ""),
    "IAM Identity Center, renewed": ({}, "[default]\nsso_session = corp\n" + SSO + SESSION, "", sso_token("corp", -1), ""),
    "IAM Identity Center, the older form": ({}, "[default]\nsso_start_url = https://corp.example/start\nsso_region = us-east-1\n" + SSO, "",
                                            sso_token("https://corp.example/start", 8), ""),
    "IAM Identity Center, the older form, expired": ({}, "[default]\nsso_start_url = https://corp.example/start\nsso_region = us-east-1\n" + SSO,
                                                     "", sso_token("https://corp.example/start", -1), ""),
    "IAM Identity Center, not signed in": ({}, "[default]\nsso_session = corp\n" + SSO + SESSION, "", {}, ""),
    "a role of IAM Identity Center": ({}, f"[default]\nrole_arn = {ROLE}a\nsource_profile = s\n[profile s]\nsso_session = corp\n" + SSO + SESSION,
                                      "", sso_token("corp", 8), ""),
    "a container": (AGENT, "", "", {}, ""),
    "a container with a token": ({**AGENT, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "tok"}, "", "", {}, ""),
    "a container with a token's file": ({**AGENT, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": HOME + "/auth"}, "", "", {"auth": "fil"}, ""),
    "a container on another machine": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://10.1.2.3/x"}, "", "", {}, ""),
    "a profile before a container": (AGENT, "", "[default]\n" + keys("def"), {}, ""),
}


def prepare(config, credentials, files):
    shutil.rmtree(HOME)
    os.makedirs(HOME + "/.aws/sso/cache")
    for name, text in {".aws/config": config, ".aws/credentials": credentials, **files}.items():
        if text:
            with open(f"{HOME}/{name}", "w") as file:
                file.write(text)


def of_botocore(variables, profile):
    """(id, has a token, account), or None where there are no credentials for whatever reason."""
    os.environ.clear()
    os.environ.update(variables)
    try:
        session = botocore.session.Session(profile=profile or None)
        found = session.get_credentials()
        if found is None:
            return None
        frozen = found.get_frozen_credentials()
        return frozen.access_key, bool(frozen.token), getattr(frozen, "account_id", None)
    except Exception:
        return None


def of_doctor(variables, profile):
    ended = subprocess.run([PROGRAM, "doctor"] + (["--profile", profile] if profile else []), env=variables, capture_output=True, text=True, timeout=60)
    if SECRET in ended.stdout + ended.stderr:
        sys.exit("a secret is printed: " + ended.stdout + ended.stderr)
    if ended.returncode != 0:
        return None, ended.stdout + ended.stderr
    part = {name: re.search(f"^  {name}  +(.*)$", ended.stdout, re.M).group(1) for name in ("access key id", "kind", "account")}
    account = None if part["account"] == "not known" else part["account"]
    return (part["access key id"], part["kind"] == "temporary", account), ended.stdout


PROGRAM = sys.argv[1]
failures = 0
for name, (variables, config, credentials, files, profile) in CASES.items():
    environment = {**BASE, **variables}
    prepare(config, credentials, files)
    theirs = of_botocore(environment, profile)
    prepare(config, credentials, files)
    ours, said = of_doctor(environment, profile)
    # The account is compared where both know it: each has sources of which the other takes none.
    if theirs and ours and (theirs[2] is None or ours[2] is None):
        theirs, ours = theirs[:2], ours[:2]
    if ours != theirs:
        failures += 1
        print(f"{name}: botocore {theirs}, dynamo {ours}\n{said}")
expect("cases that differ", failures, 0)
print(f"{len(CASES)} environments, the same credentials")
