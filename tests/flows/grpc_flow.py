"""The suite as programs of departments meet it: by gRPC, with nothing but an address and a token."""

import glob
import json
import os
import re
import subprocess
import uuid

import grpc

import flow
import people
import reflection
from rest import Rest

_REGISTER = "bangfu.registration.v1."


class GrpcFlow(flow.Flow):
    services = ("registration", "fund", "gateway")

    @classmethod
    def prepare(cls):
        people.import_areas(cls.stack.caller("REGISTRAR", people.PROVINCE))
        cls.token = cls.stack.token("REGISTRAR", people.COUNTY)
        cls.channel, cls.metadata = reflection.dial(cls.stack.grpc_port, cls.token)
        cls.addClassCleanup(cls.channel.close)
        cls.reflected = reflection.Reflected(cls.channel)

    def call(self, method, metadata=None, timeout=20, **fields):
        stub, request = self.reflected.stub(method)
        return stub(request(**fields), metadata=self.metadata if metadata is None else metadata, timeout=timeout)

    def refusal(self, act):
        """Code, reason and Chinese text of what `act` is refused with."""
        with self.assertRaises(grpc.RpcError) as caught:
            act()
        error = caught.exception
        trailing = dict(error.trailing_metadata())
        self.assertRegex(trailing["trace-id"], "^[0-9a-f]{32}$")
        self.reflected.learn("google/rpc/error_details.proto")
        self.reflected.learn("google/rpc/status.proto")
        status = self.reflected.message("google.rpc.Status")
        status.ParseFromString(trailing["grpc-status-details-bin"])
        self.assertEqual(status.code, error.code().value[0])
        found = {}
        for detail in status.details:
            kind = detail.type_url.rsplit(".", 1)[1]
            found[kind] = self.reflected.message("google.rpc." + kind)
            found[kind].ParseFromString(detail.value)
        return error.code().name, found["ErrorInfo"].reason, found["LocalizedMessage"].message

    def test_reflection_lists_the_contract(self):
        listed = set(self.reflected.services())
        written = set()
        for folder, _, files in os.walk(people.checkout("protos/bangfu")):
            for name in files:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    text = file.read()
                package = re.search(r"^package ([\w.]+);", text, re.MULTILINE)[1]
                services = re.findall(r"^service (\w+)", text, re.MULTILINE)
                written |= {"%s.%s" % (package, service) for service in services}
        self.assertLessEqual(written, listed)
        self.assertIn("grpc.health.v1.Health", listed)

    def test_unary(self):
        area = self.call(_REGISTER + "AreaService.GetArea", code=people.village())
        self.assertEqual(area.parent, people.TOWNSHIP)
        body = people.household()
        key = str(uuid.uuid4())
        stub, request = self.reflected.stub(_REGISTER + "HouseholdService.CreateHousehold")
        sent = request(request_id=key)
        for name, value in (("household", body["household"]), ("members", body["members"])):
            for item in value if name == "members" else [value]:
                part = sent.members.add() if name == "members" else sent.household
                for field, content in item.items():
                    setattr(part, re.sub("([A-Z])", lambda match: "_" + match[1].lower(), field), content)
        first, again = (stub(sent, metadata=self.metadata, timeout=20) for _ in range(2))
        self.assertEqual(first, again)
        read = Rest(self.stack.http_port, self.token).get("/v1/households/" + first.household_id)
        self.assertEqual((read["householdId"], read["headName"]), (first.household_id, first.head_name))
        listed = self.call(_REGISTER + "HouseholdService.ListHouseholds", area=people.COUNTY, page_size=10)
        self.assertIn(first.household_id, [household.household_id for household in listed.households])

    def test_stream_of_events(self):
        stub, request = self.reflected.stub("bangfu.events.v1.EventFeedService.WatchEvents")
        stream = stub(request(service="registration", area=people.COUNTY), metadata=self.metadata, timeout=30)
        made = Rest(self.stack.http_port, self.token).post("/v1/households", people.household())
        seen = []
        for answer in stream:
            seen += [(event.position, event.type, event.subject) for event in answer.events]
            if any(subject == made["householdId"] for _, _, subject in seen):
                break
        stream.cancel()
        self.assertEqual([position for position, _, _ in seen], sorted(position for position, _, _ in seen))
        self.assertIn((_REGISTER + "HouseholdCreated", made["householdId"]), [event[1:] for event in seen])
        read = self.call("bangfu.events.v1.EventFeedService.ReadEvents", service="registration", area=people.COUNTY,
                         after_position=seen[-1][0] - 1, page_size=1)
        self.assertEqual(read.events[0].position, seen[-1][0])

    def test_refusals_are_those_of_rest(self):
        rest, nobody = Rest(self.stack.http_port, self.token), self.stack.anybody()
        absent = people.COUNTY[:6] + "-0000000000001"
        listing, reading = _REGISTER + "HouseholdService.ListHouseholds", _REGISTER + "HouseholdService.GetHousehold"
        for act, caller, path in (
                (lambda: self.call(listing, metadata=[], area=people.COUNTY), nobody,
                 "/v1/households?area=" + people.COUNTY),
                (lambda: self.call(listing, area=people.FOREIGN_COUNTY), rest,
                 "/v1/households?area=" + people.FOREIGN_COUNTY),
                (lambda: self.call(listing, area="15052"), rest, "/v1/households?area=15052"),
                (lambda: self.call(listing, area=people.COUNTY, filter="x = 1"), rest,
                 "/v1/households?area=%s&filter=x+%%3D+1" % people.COUNTY),
                (lambda: self.call(listing, area=people.COUNTY, page_token="abc"), rest,
                 "/v1/households?pageToken=abc&area=" + people.COUNTY),
                (lambda: self.call(reading, household_id=absent), rest, "/v1/households/" + absent),
                (lambda: self.call(reading, household_id=absent, view=2), rest, "/v1/households/%s?view=FULL" % absent),
                (lambda: self.call("bangfu.gateway.v1.AccountService.ListAccounts"), rest, "/v1/accounts")):
            with self.subTest(path):
                answer = caller.call("GET", path)
                code, reason, text = self.refusal(act)
                self.assertEqual((code, reason), (answer.error["status"], answer.reason))
                self.assertTrue(answer.error["message"].startswith(text) or text.startswith(answer.error["message"]))

    def test_what_is_not_understood(self):
        for path, body, code in (("/bangfu.registration.v1.HouseholdService/Nothing", b"", "UNIMPLEMENTED"),
                                 ("/bangfu.registration.v1.HouseholdService/GetHousehold", b"\xff" * 20, None),
                                 ("/bangfu.registration.v1.HouseholdService/CreateHousehold", b"\x00" * (5 << 20),
                                  "RESOURCE_EXHAUSTED")):
            with self.subTest(path), self.assertRaises(grpc.RpcError) as caught:
                self.channel.unary_unary(path)(body, metadata=self.metadata, timeout=20)
            if code:
                self.assertEqual(caught.exception.code().name, code)
            self.assertNotIn(caught.exception.code().name, ("UNKNOWN", "UNAVAILABLE", "DEADLINE_EXCEEDED"))
        doubled = self.metadata + self.metadata
        self.assertEqual(self.refusal(lambda: self.call(_REGISTER + "HouseholdService.ListHouseholds", metadata=doubled,
                                                        area=people.COUNTY))[0], "UNAUTHENTICATED")

    def test_deadlines_are_kept(self):
        stub, request = self.reflected.stub("bangfu.events.v1.EventFeedService.WatchEvents")
        with self.assertRaises(grpc.RpcError) as caught:
            list(stub(request(service="fund", area=people.COUNTY), metadata=self.metadata, timeout=1))
        self.assertEqual(caught.exception.code().name, "DEADLINE_EXCEEDED")

    def test_health(self):
        answer = self.channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=10)
        self.assertEqual(answer, b"\x08\x01")  # status: SERVING

    def test_a_command_line_needs_no_protos(self):
        # Only the package of this machine's processor is installed.
        programs = glob.glob(people.checkout("node_modules") + "/@bufbuild/buf-linux-*/bin/buf")
        self.assertTrue(programs, "no buf: npm ci has not run, or without optional packages")
        done = subprocess.run([
            programs[0], "curl", "--protocol", "grpc", "--http2-prior-knowledge", "-H", "Authorization: Bearer " + self.token,
            "-d", json.dumps({"code": people.TOWNSHIP}),
            "http://127.0.0.1:%d/%sAreaService/GetArea" % (self.stack.grpc_port, _REGISTER)],
            capture_output=True, text=True, env={"PATH": os.environ["PATH"], "HOME": self.stack.folder})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["code"], people.TOWNSHIP)


if __name__ == "__main__":
    flow.main()
