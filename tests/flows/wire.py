"""Requests written byte by byte."""

import http.client
import io
import socket
import time

from rest import Answer


def connect(port, timeout=15):
    return socket.create_connection(("127.0.0.1", port), timeout=timeout)


def talk(port, data, patience=10):
    """Sends the bytes and returns all that comes until the other side closes. Fails if it never does."""
    received = b""
    end = time.monotonic() + patience
    with connect(port, timeout=patience) as connection:
        try:
            connection.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It may refuse before it has read all.
        while True:
            connection.settimeout(max(0.1, end - time.monotonic()))
            try:
                piece = connection.recv(65536)
            except ConnectionResetError:
                return received
            if not piece:
                return received
            received += piece


class _Bytes:
    """What http.client takes for a socket."""

    def __init__(self, file):
        self._file = file

    def makefile(self, *_args, **_options):
        return self._file


def answers(received):
    """The HTTP answers in the bytes."""
    file, found = io.BufferedReader(io.BytesIO(received)), []
    file.close = lambda: None  # One answer's end is not the end of the bytes.
    while file.peek(1):
        response = http.client.HTTPResponse(_Bytes(file))
        response.begin()
        found.append(Answer(response.status, response.headers, response.read()))
    return found
