#!/usr/bin/env python3
"""One-time codes of a second factor, as the device of its owner shows them (RFC 6238): HMAC-SHA-1, 30 s, 6 digits.

  deploy/demo/one_time_code.py SECRET

prints the code of now. SECRET is in base32, as enrolling answers it.
"""

import base64
import hmac
import struct
import sys
import time

STEP_SECONDS = 30


def present_step():
    return int(time.time()) // STEP_SECONDS


def code_at(secret, step):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", step), "sha1")
    start = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000)


def unused_step(last):
    """The step whose code comes next, where that of `last` was used; waits until the gateway takes it. Each code is
    taken once, and up to half a minute before its time."""
    step = max(present_step(), last + 1)
    while step > present_step() + 1:
        time.sleep(0.2)
    return step


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(code_at(sys.argv[1], present_step()))
