"""The authorization matrix, worked out of the contract: every method for every role, in its own area, in a foreign one
and without a token, asked at the gateway and behind it."""

import collections
import re
import time
import uuid

import grpc
from google.protobuf.descriptor import FieldDescriptor

import contract
import flow
import people

_OWN, _FOREIGN = "150526", "150525"
_DENIALS = {"UNAUTHENTICATED", "PERMISSION_DENIED", "AREA_OUT_OF_SCOPE"}
_STREAM_SECONDS = 0.5
_MIGRATION = "services/registration/migrations/0002_dictionaries.sql"


class Request:
    """Makes requests that pass validation: every field that is required is filled by its annotations, with areas and
    records of one county."""

    def __init__(self, known, codes):
        self._known = known
        self._format = known.options.Format
        self._required = known.options.Behavior.Value("REQUIRED")
        self._codes = codes
        self._identity_number = people.identity_number("19700101", True)

    def fill(self, message, county, always=()):
        """`always` are paths of fields that are filled though nothing requires them."""
        for field in message.DESCRIPTOR.fields:
            rule = self._known.field(field)
            below = [path.split(".", 1)[1] for path in always if path.startswith(field.name + ".")]
            if rule.behavior != self._required and field.name not in always and not below:
                continue
            if field.message_type is None:
                value = self._value(field, rule, county)
                if field.label == FieldDescriptor.LABEL_REPEATED:
                    getattr(message, field.name).append(value)
                else:
                    setattr(message, field.name, value)
            elif field.label == FieldDescriptor.LABEL_REPEATED:
                self.fill(getattr(message, field.name).add(), county, below)
            else:
                part = getattr(message, field.name)
                part.SetInParent()
                self.fill(part, county, below)
        return message

    def _value(self, field, rule, county):
        form = self._format.Name(rule.format)
        if field.name == "service":
            return "registration"
        if field.enum_type is not None:
            return field.enum_type.values[1].number
        if field.cpp_type != FieldDescriptor.CPPTYPE_STRING:
            return max(rule.min, 1)
        code = self._codes.get(rule.dictionary, "01")
        return {"AREA_CODE": county + "100001", "RECORD_ID": county + "-0000000000001", "REQUEST_ID": str(uuid.uuid4()),
                "DATE": "2024-01-01", "IDENTITY_NUMBER": self._identity_number, "CODE": code, "CODES": code,
                "PHONE": "13900000000", "BANK_ACCOUNT": "62170000"}.get(form, "abc")


class Cell(collections.namedtuple("Cell", "method role county full purpose")):
    """One question: may this role do this there? `role` is empty without a token."""

    def expected(self, access, roles, reveal_roles):
        """The denial that the rule says, or empty for admission."""
        audience = access.audience
        if audience == 1:  # public
            return ""
        if not self.role:
            return "UNAUTHENTICATED"
        if audience == 0 and self.role not in roles:
            return "PERMISSION_DENIED"
        if audience == 0 and not access.areawide and self.county == _FOREIGN:
            return "AREA_OUT_OF_SCOPE"
        if self.full and self.role not in reveal_roles:
            return "PERMISSION_DENIED"
        if self.full and not self.purpose:
            return "PURPOSE_REQUIRED"
        return ""


class MatrixFlow(flow.Flow):
    services = ("registration", "gateway")

    @classmethod
    def prepare(cls):
        cls.contract = contract.Contract()
        cls.addClassCleanup(cls.contract.close)
        with open(people.checkout(_MIGRATION), encoding="utf-8") as file:
            found = re.findall(r"^ {2}\('(\w+)', '(\w+)'", file.read(), re.MULTILINE)
        cls.request = Request(cls.contract, dict(reversed(found)))
        cls.tokens = {role: cls.stack.token(role, _OWN + "000000") for role in cls.contract.role_names()}
        cls.streams = {"%s.%s" % (service.full_name, method.name): (method.client_streaming, method.server_streaming)
                       for service in cls.contract.services for method in cls.contract.descriptor_of(service).method}
        no_proxy = [("grpc.enable_http_proxy", 0)]
        cls.entry = grpc.insecure_channel("127.0.0.1:%d" % cls.stack.grpc_port, options=no_proxy)
        cls.behind = {name: grpc.insecure_channel("unix:%s/%s.sock" % (cls.stack.folder, name))
                      for name in ("registration", "gateway")}
        for channel in (cls.entry, *cls.behind.values()):
            cls.addClassCleanup(channel.close)

    def methods(self):
        """Those that end a session come last, for the tokens here are all of one."""
        every = [method for service in self.contract.services for method in service.methods]
        return sorted(every, key=lambda method: (method.name == "SignOut", method.full_name))

    def cells(self, method):
        access = self.contract.access(method)
        for role in ["", *self.tokens]:
            for county in (_OWN, _FOREIGN):
                yield Cell(method, role, county, False, False)
                if access.reveals and role:
                    yield Cell(method, role, county, True, False)
                    yield Cell(method, role, county, True, True)

    def ask(self, channel, cell):
        """The reason of the answer; OK if there is none."""
        method, access = cell.method, self.contract.access(cell.method)
        request = self.request.fill(self.contract.new(method.input_type), cell.county,
                                    [path for path in (access.area, access.record) if path])
        if cell.full:
            request.view = self.contract.options.View.Value("FULL")
        if cell.purpose:
            request.purpose = "核对"
        path = "/%s/%s" % (method.containing_service.full_name, method.name)
        metadata = [("authorization", "Bearer " + self.tokens[cell.role])] if cell.role else []
        client_stream, server_stream = self.streams[method.full_name]
        shape = "_".join("stream" if stream else "unary" for stream in (client_stream, server_stream))
        call = getattr(channel, shape)(path, request_serializer=lambda message: message.SerializeToString())
        try:
            if server_stream:
                answers = call(request, metadata=metadata, timeout=_STREAM_SECONDS)
                next(answers, None)
                answers.cancel()
            else:
                call(iter([request]) if client_stream else request, metadata=metadata, timeout=15)
            return "OK"
        except grpc.RpcError as error:
            return self.contract.reason_of(error)[0]

    def check(self, channel_of):
        start, count, wrong = time.monotonic(), 0, []
        for method in self.methods():
            access = self.contract.access(method)
            roles, reveal_roles = ([self.contract.options.Role.Name(role) for role in listed]
                                   for listed in (access.roles, access.reveal_roles))
            for cell in self.cells(method):
                expected, answer = cell.expected(access, roles, reveal_roles), self.ask(channel_of(method), cell)
                count += 1
                admitted = answer not in _DENIALS and answer != "PURPOSE_REQUIRED"
                # Refused public methods have their own words for it: a wrong password is no missing token.
                if answer != expected if expected else not admitted:
                    wrong.append("%s, %s, %s%s%s: %s, not %s" % (
                        method.full_name, cell.role or "no token", cell.county, " FULL" if cell.full else "",
                        " purpose" if cell.purpose else "", answer, expected or "admission"))
        print("%d cells in %.1f s" % (count, time.monotonic() - start))
        self.assertGreater(count, 1000)
        self.assertFalse(wrong, "%d wrong:\n%s" % (len(wrong), "\n".join(wrong[:100])))

    def test_at_the_gateway(self):
        self.check(lambda method: self.entry)

    def test_behind_the_gateway(self):
        self.check(lambda method: self.behind[
            "gateway" if method.full_name.startswith("bangfu.gateway.") else "registration"])


if __name__ == "__main__":
    flow.main()
