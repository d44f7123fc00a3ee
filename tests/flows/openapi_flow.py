"""The OpenAPI document as tools of others read it: sound by the specification, with examples that can be sent."""

import json
import re
import subprocess

import flow
import people


def findings(document):
    """What the linter says of a document, by rule."""
    done = subprocess.run(["node", people.checkout("tests/flows/openapi_lint.js")], input=json.dumps(document),
                          capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


class OpenApiFlow(flow.Flow):
    services = ("registration", "gateway")

    @classmethod
    def prepare(cls):
        cls.document = cls.stack.anybody().get("/openapi.json")

    def test_the_document_is_sound(self):
        self.assertEqual(findings(self.document), [])

    def test_the_linter_would_find_what_is_not(self):
        path = "/v1/households/{householdId}"
        twice = {**self.document, "paths": {**self.document["paths"], "/v1/households/{other}": {
            "get": {**self.document["paths"][path]["get"], "operationId": "Other"}}}}
        rules = {finding.split()[0] for finding in findings(twice)}
        self.assertLessEqual({"no-identical-paths", "path-parameters-defined"}, rules)

    def test_examples_of_masks_can_be_sent(self):
        registrar = self.stack.caller("REGISTRAR", people.COUNTY)
        people.import_areas(self.stack.caller("REGISTRAR", people.PROVINCE))
        made = registrar.post("/v1/households", people.household())
        operation = self.document["paths"]["/v1/households/{householdId}"]["patch"]
        mask = next(parameter for parameter in operation["parameters"] if parameter["name"] == "updateMask")
        names = mask["schema"]["examples"][0]
        self.assertRegex(names, r"^\w+,\w+$")
        record = {name: made[name] for name in names.split(",") if name in made}
        answer = registrar.call("PATCH", "/v1/households/%s?updateMask=%s" % (made["householdId"], names),
                                {**record, "etag": made["etag"]})
        self.assertEqual(answer.status, 200, answer)

    def test_request_ids_say_whose_they_are(self):
        described = re.findall(r'"requestId": \{[^}]*"description": "([^"]*)"',
                               json.dumps(self.document, ensure_ascii=False))
        self.assertTrue(described)
        for text in described:
            self.assertIn("同一账号对同一方法", text)


if __name__ == "__main__":
    flow.main()
