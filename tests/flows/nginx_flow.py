"""The suite as the outside meets it: through nginx with the shipped configurations."""

import datetime
import hashlib
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import time

import grpc

import flow
import people
import reflection
from rest import Rest
from stack import Accounts, end_with_parent

_CONFIGURATIONS = "deploy/nginx"
_SESSION = "bangfu.gateway.v1.SessionService."
_FEED = "bangfu.events.v1.EventFeedService."


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Nginx:
    """nginx on ports of its own in front of a stack, with the shipped configurations but for paths and ports. `http_port`
    is the gateway's, if it is to look elsewhere than it is."""

    def __init__(self, stack, name="nginx", http_port=None):
        self.folder = stack.folder + "/" + name
        self.certificates = self.folder + "/certificates"
        self.https_port, self.grpc_port = free_port(), free_port()
        os.mkdir(self.folder)
        subprocess.run([people.checkout(_CONFIGURATIONS + "/make-test-certificates"), self.certificates], check=True,
                       capture_output=True)
        self._place("bangfu-https.conf", {"listen 443 ": "listen 127.0.0.1:%d " % self.https_port,
                                          "127.0.0.1:8080": "127.0.0.1:%d" % (http_port or stack.http_port)})
        self._place("bangfu-grpc.conf", {"listen 8443 ": "listen 127.0.0.1:%d " % self.grpc_port,
                                         "127.0.0.1:8081": "127.0.0.1:%d" % stack.grpc_port})
        temporary = "".join("%s_temp_path %s/%s; " % (kind, self.folder, kind)
                            for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
        with open(self.folder + "/nginx.conf", "w", encoding="utf-8") as file:
            file.write("daemon off; {2} error_log {0}/error.log; pid {0}/pid; events {{}}\n"
                       "http {{ access_log off; client_body_temp_path {0}/body; {1} include {0}/*.part; }}\n".format(
                           self.folder, temporary, "user root;" if os.geteuid() == 0 else ""))
        self._child = subprocess.Popen(["/usr/sbin/nginx", "-c", self.folder + "/nginx.conf"], preexec_fn=end_with_parent,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _place(self, name, changes):
        with open(people.checkout("%s/%s" % (_CONFIGURATIONS, name)), encoding="utf-8") as file:
            text = file.read()
        changes.update({"/etc/nginx/bangfu/": self.certificates + "/", "/var/log/nginx/": self.folder + "/"})
        for shipped, here in changes.items():
            assert shipped in text or "/log/" in shipped, (name, shipped)
            text = text.replace(shipped, here)
        with open("%s/%s.part" % (self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def wait(self):
        end = time.monotonic() + 20
        while True:
            try:
                for port in (self.https_port, self.grpc_port):
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > end or self._child.poll() is not None:
                    with open(self.folder + "/error.log", encoding="utf-8", errors="replace") as log:
                        raise RuntimeError("nginx does not listen: " + log.read()) from None
                time.sleep(0.1)

    def close(self):
        self._child.send_signal(signal.SIGTERM)
        self._child.wait(20)

    def read(self, name):
        with open("%s/%s" % (self.certificates, name), "rb") as file:
            return file.read()

    def issue(self, name):
        """Another client's certificate, from the same authority."""
        folder = self.certificates + "/"
        subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", folder + name + ".key", "-subj", "/CN=" + name, "-out", folder + name + ".csr"],
                       check=True, capture_output=True)
        subprocess.run(["openssl", "x509", "-req", "-in", folder + name + ".csr", "-CA", folder + "clients-ca.pem",
                        "-CAkey", folder + "ca.key", "-CAcreateserial", "-days", "2", "-out", folder + name + ".pem"],
                       check=True, capture_output=True)

    def digest(self, name):
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.read(name + ".pem").decode())).hexdigest()

    def channel(self, client):
        credentials = grpc.ssl_channel_credentials(self.read("clients-ca.pem"), self.read(client + ".key"),
                                                   self.read(client + ".pem"))
        return grpc.secure_channel("localhost:%d" % self.grpc_port, credentials,
                                   options=[("grpc.enable_http_proxy", 0)])

    def https(self):
        context = ssl.create_default_context(cadata=self.read("clients-ca.pem").decode())
        return http.client.HTTPSConnection("localhost", self.https_port, timeout=30, context=context)


class NginxFlow(flow.Flow):
    services = ("fund", "gateway")

    @classmethod
    def prepare(cls):
        cls.accounts = Accounts(cls.stack)
        cls.nginx = Nginx(cls.stack)
        cls.addClassCleanup(cls.nginx.close)
        cls.nginx.wait()
        cls.nginx.issue("other")

    def ask(self, method, path, body=None, headers=None, nginx=None):
        connection = (nginx or self.nginx).https()
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode("utf-8")
        finally:
            connection.close()

    def test_the_api_and_no_figures(self):
        self.assertEqual(self.ask("GET", "/version")[0], 200)
        status, _, text = self.ask("GET", "/metrics")
        self.assertEqual((status, json.loads(text)["error"]["reason"]), (404, "NOT_FOUND"))

    def test_bodies_that_are_too_long(self):
        """Below the limit of nginx the gateway answers, above it nginx: the same, with a length or without."""
        for size in (2 << 20, 6 << 20):
            for chunked in (False, True):
                with self.subTest(size=size, chunked=chunked):
                    body = b" " * size
                    pieces = (body[start:start + 65536] for start in range(0, size, 65536)) if chunked else body
                    headers = {"Content-Type": "application/json"}
                    if not chunked:
                        headers["Content-Length"] = str(size)
                    status, answered, text = self.ask("POST", "/v1/session:signIn", pieces, headers)
                    self.assertEqual(status, 413, text)
                    error = json.loads(text)["error"]
                    self.assertEqual((error["code"], error["reason"]), (413, "TOO_LARGE"))
                    self.assertIn("提交的内容过大", error["message"])
                    self.assertRegex(error["trace"], "^[0-9a-f]{32}$")
                    self.assertEqual(answered["Trace-Id"], error["trace"])

    def test_what_nginx_refuses_it_says_as_the_gateway_does(self):
        alone = Nginx(self.stack, "alone", free_port())
        self.addCleanup(alone.close)
        alone.wait()
        sign_in = "/v1/session:signIn"
        answers = {title: self.ask(*asked, nginx=alone) for title, asked in {
            "nobody behind it": ("GET", "/version"), "an inner address": ("GET", "/refused-by-nginx"),
            "long address": ("GET", "/" + "a" * 9_000),
            "long header": ("GET", "/version", None, {"X-Long": "a" * 9_000}),
            "no method": ("TRACE", "/version"), "bad header": ("GET", "/version", None, {"Host": ""})}.items()}
        hurried = [self.ask("POST", sign_in, b"{}", nginx=alone) for _ in range(40)]
        answers["in a hurry"] = next(answer for answer in hurried if answer[0] == 429)
        for title, (status, reason) in {
                "nobody behind it": (502, "UNAVAILABLE"), "long address": (414, "TOO_LARGE"),
                "an inner address": (404, "NOT_FOUND"),
                "long header": (431, "TOO_LARGE"), "no method": (405, "METHOD_NOT_ALLOWED"),
                "bad header": (400, "MALFORMED_REQUEST"), "in a hurry": (429, "RATE_LIMITED")}.items():
            with self.subTest(title):
                answered, headers, text = answers[title]
                self.assertEqual(answered, status, text)
                error = json.loads(text)["error"]
                self.assertEqual((error["code"], error["reason"]), (status, reason))
                self.assertRegex(error["message"], "[\u4e00-\u9fff].*请")
                self.assertEqual(headers["Trace-Id"], error["trace"])
                self.assertEqual(headers["Retry-After"], "1" if status in (429, 502) else None)
                self.assertTrue(headers["Strict-Transport-Security"])

    def test_a_departments_token_is_bound_to_its_certificate(self):
        end = (datetime.date.today() + datetime.timedelta(days=90)).isoformat()
        made = self.accounts.system.post("/v1/clients", {"client": {
            "clientId": "through-nginx", "department": "民政局", "legalBasis": "社会救助暂行办法", "purposes": ["核对"],
            "areas": [people.COUNTY], "endDate": end, "certificateDigest": self.nginx.digest("client")}})
        self.accounts.security.post("/v1/clients/through-nginx:approve")
        with self.nginx.channel("client") as own, self.nginx.channel("other") as others:
            own, others = reflection.Reflected(own), reflection.Reflected(others)

            def call(caller, method, metadata=(), **fields):
                stub, request = caller.stub(method)
                return stub(request(**fields), metadata=list(metadata), timeout=20)
            credentials = {"client_id": "through-nginx", "client_secret": made["clientSecret"]}
            with self.assertRaises(grpc.RpcError) as caught:
                call(others, _SESSION + "IssueClientToken", **credentials)
            self.assertEqual(caught.exception.code().name, "UNAUTHENTICATED")
            token = call(own, _SESSION + "IssueClientToken", **credentials).access_token
            bearer = [("authorization", "Bearer " + token)]
            feed = {"service": "fund", "area": people.COUNTY}
            call(own, _FEED + "ReadEvents", bearer, **feed)
            with self.assertRaises(grpc.RpcError) as caught:
                call(others, _FEED + "ReadEvents", bearer, **feed)
            self.assertEqual(caught.exception.code().name, "UNAUTHENTICATED")
        # Nobody talks a certificate into the other entry.
        escaped = self.nginx.read("client.pem").decode().replace("\n", "%0A").replace(" ", "%20").replace("+", "%2B")
        path = "/v1/services/fund/events?area=" + people.COUNTY
        shown = {"X-Client-Certificate": escaped}
        direct = Rest(self.stack.http_port, token, headers=shown)
        self.assertEqual(direct.call("GET", path).status, 200)
        status, _, _ = self.ask("GET", path, headers={"Authorization": "Bearer " + token, **shown})
        self.assertEqual(status, 401)


if __name__ == "__main__":
    flow.main()
