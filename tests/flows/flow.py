"""What every flow has: a stack of its own, and at the end the proof that no program complained and no log tells of a
person."""

import atexit
import signal
import sys
import time
import unittest

from stack import Stack


class Flow(unittest.TestCase):
    """The class attributes say what stack the flow needs. Faults that a flow provokes on purpose are named in
    `expected_errors`, by event."""

    services = None
    settings = None
    expected_errors = ()
    stack = None

    @classmethod
    def make_stack(cls):
        options = {"settings": dict(cls.settings or {})}
        if cls.services:
            options["services"] = cls.services
        return Stack(**options)

    @classmethod
    def setUpClass(cls):
        cls.stack = cls.make_stack()
        cls.addClassCleanup(cls._finish)
        cls.prepare()

    @classmethod
    def prepare(cls):
        """What the tests of the flow start from."""

    @classmethod
    def _finish(cls):
        errors = [entry for entry in cls.stack.errors() if entry.get("event") not in cls.expected_errors]
        leaks = cls.stack.leaks()
        cls.stack.close()
        if errors or leaks:
            raise AssertionError("logs: %s %s" % (errors[:5], leaks[:5]))

    def refused(self, answer, status, reason):
        """Checks a refusal: its HTTP status and reason, a text in Chinese, and a trace that finds it in the logs."""
        self.assertEqual((answer.status, answer.reason), (status, reason), answer)
        error = answer.error
        self.assertEqual(error["code"], status)
        self.assertRegex(error["message"], "[\u4e00-\u9fff]")
        self.assertRegex(error["trace"], "^[0-9a-f]{32}$")
        self.assertEqual(answer.headers["Trace-Id"], error["trace"])
        return error

    def eventually(self, check, seconds=15):
        """The first true value of `check`, which is asked until then."""
        end = time.monotonic() + seconds
        while True:
            value = check()
            if value:
                return value
            if time.monotonic() > end:
                self.fail("not within %d seconds: %s, last %r" % (seconds, check, value))
            time.sleep(0.1)


class _Result(unittest.TextTestResult):
    def addFailure(self, test, err):
        super().addFailure(test, err)
        _print_logs()

    def addError(self, test, err):
        super().addError(test, err)
        _print_logs()


def _print_logs():
    for stack in Stack.running:
        print(stack.tails(), file=sys.stderr)


def _close_stacks():
    for stack in list(Stack.running):
        stack.close()


def main():
    atexit.register(_close_stacks)  # A flow that is asked to end leaves nothing, either.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    unittest.main(testRunner=unittest.TextTestRunner(resultclass=_Result, verbosity=2))
