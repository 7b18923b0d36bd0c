"""What tests/peers/run and tests/peers/aws share: the tests of a program, one of them run, and lists of known differences."""
import os
import subprocess


def tests_of(program):
    """The full name of each test of a GoogleTest program."""
    listed = subprocess.run([program, "--gtest_list_tests"], stdout=subprocess.PIPE, text=True, check=True).stdout
    suite = ""
    for line in listed.splitlines():
        words = line.split("#")[0].rstrip()
        if not words.startswith(" "):
            suite = words
        elif "DISABLED_" not in words:
            yield suite + words.strip()


def outcome(program, test, wire, seconds, more=()):
    """Whether the test passes with DYNAMO_TEST_WIRE=wire, whether it used that, and what it wrote."""
    environment = dict(os.environ, DYNAMO_TEST_WIRE=wire, DYNAMO_TEST_SEEDS_MAX="3", **dict(more))
    try:
        ran = subprocess.run([program, f"--gtest_filter={test}", "--gtest_brief=1"], env=environment, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds)
        written = ran.stdout
        passed = ran.returncode == 0
    except subprocess.TimeoutExpired as late:
        written = (late.stdout or b"").decode(errors="replace") + f"\nnot done after {seconds} seconds"
        passed = False
    return passed, f"{wire} is used" in written, written


def known(path):
    """Pattern of tests and reason, a line each."""
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            pattern, _, reason = line.partition(" ")
            yield pattern, reason.strip()
