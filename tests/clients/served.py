"""What the Python tests of this folder share: a server of their own, and comparisons that end the program."""
import re
import subprocess
import sys

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "thing"}


class Server:
    """The program `dynamo` on a free port, in memory unless a directory is given; `url` says where."""

    def __init__(self, program, data=None):
        command = [program, "serve", "--port", "0"] + (["--data", data] if data else [])
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        ready = self.process.stdout.readline()
        found = re.search(r"http://[^,]+", ready)
        if not found:
            self.process.kill()
            sys.exit(f"the server does not begin: {ready!r}")
        self.url = found.group()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.process.terminate()
            expect("exit status", self.process.wait(), 0)
        else:
            self.process.kill()
            self.process.wait()


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found!r}, expected {wanted!r}")


def skip(why):
    """CTest takes 77 for "skipped" and shows the reason."""
    print(f"skipped: {why}")
    sys.exit(77)
