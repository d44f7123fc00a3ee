"""Sessions as programs meet them: by gRPC with a real session, and at a gateway that cannot read yet which have ended."""

import subprocess
import uuid

import grpc

import flow
import reflection
from rest import Rest
from stack import Accounts

_SERVICE = "bangfu.gateway.v1."


class SessionsFlow(flow.Flow):
    services = ("gateway",)

    @classmethod
    def prepare(cls):
        cls.accounts = Accounts(cls.stack)

    def dial(self, token):
        """A function that calls a method over gRPC with that token."""
        channel, metadata = reflection.dial(self.stack.grpc_port, token)
        self.addCleanup(channel.close)
        reflected = reflection.Reflected(channel)

        def call(method, **fields):
            stub, request = reflected.stub(_SERVICE + method)
            return stub(request(**fields), metadata=metadata, timeout=20)
        return call

    def code_of(self, act):
        with self.assertRaises(grpc.RpcError) as caught:
            act()
        return caught.exception.code().name

    def ended(self, call):
        self.assertEqual(self.code_of(lambda: call("SessionService.GetOwnAccount")), "UNAUTHENTICATED")

    def test_signing_out_answers_that_it_has(self):
        call = self.dial(self.accounts.person("leaving.one").token)
        self.assertEqual(call("SessionService.GetOwnAccount").account_id, "leaving.one")
        call("SessionService.SignOut")
        self.ended(call)

    def test_changing_the_password_answers_that_it_has(self):
        call = self.dial(self.accounts.person("changing.one").token)
        old, new = self.accounts.passwords["changing.one"], "Bf7-of-the-flow-2"
        call("SessionService.ChangePassword", account_id="changing.one", old_password=old, new_password=new)
        self.ended(call)
        self.accounts.passwords["changing.one"] = new
        self.accounts.sign_in("changing.one")

    def test_taking_back_an_own_grant_answers_the_grant(self):
        self.accounts.person("second.secadmin", second_factor=True)
        grant = self.accounts.grant("second.secadmin", "SECURITY_ADMIN", [])["grantId"]
        call = self.dial(self.accounts.sign_in("second.secadmin").token)
        revoked = call("AccountService.RevokeGrant", grant_id=grant, request_id=str(uuid.uuid4()))
        self.assertEqual(revoked.grant_id, grant)
        self.ended(call)


class SlowDatabaseFlow(flow.Flow):
    services = ("gateway",)

    def test_a_gateway_that_cannot_read_what_has_ended_takes_no_token(self):
        accounts = Accounts(self.stack)
        staying, gone = accounts.person("staying.one"), accounts.person("gone.one")
        gone.post("/v1/session:signOut")
        self.stack.stop("gateway")
        held = self.hold("LOCK TABLE session IN ACCESS EXCLUSIVE MODE")
        gateway = self.stack.processes["gateway"]
        gateway.start()
        self.eventually(lambda: "http_port" in gateway.hear())

        def answer(person):
            return Rest(self.stack.http_port, person.token).call("GET", "/v1/session/account")
        for person in (staying, gone):
            self.refused(answer(person), 503, "UNAVAILABLE")
        self.assertFalse(gateway.is_ready())
        held.stdin.close()
        gateway.wait_ready()
        self.assertEqual(answer(staying).status, 200)
        self.refused(answer(gone), 401, "UNAUTHENTICATED")

    def hold(self, statement):
        """A transaction that has run the statement, and stays open until its standard input is closed."""
        held = subprocess.Popen(["psql", "-X", "-q", "-A", "-t", self.stack.server.conninfo(self.stack.database("gateway"))],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for end in (held.stdout.close, held.wait, held.kill):
            self.addCleanup(end)  # the last comes first
        held.stdin.write("BEGIN;\n%s;\nSELECT 'held';\n" % statement)
        held.stdin.flush()
        self.assertEqual(held.stdout.readline().strip(), "held")
        return held


if __name__ == "__main__":
    flow.main()
