"""Rules from a draft to force, for flows that need some: drawn up by one person, reviewed and published by a second."""

import glob
import json
import os

import people

POLICIES = "/v1/services/registration/policies"
LINE = "type.googleapis.com/bangfu.registration.v1.PovertyLine"


def demo_files():
    """The documents that the demo loads, by kind and name: poverty_line/exit_2018."""
    folder = people.checkout("deploy/demo/policy")
    found = {}
    for path in glob.glob(folder + "/*/*.json"):
        with open(path, encoding="utf-8") as file:
            found[os.path.relpath(path, folder)[:-len(".json")]] = json.load(file)
    return found


def line(yuan, valid_from, area=people.COUNTY, purpose="EXIT", confidence="SECONDARY"):
    return {"area": area, "purpose": purpose, "title": "退出执行线 %d 元" % yuan, "validFrom": valid_from,
            "source": {"confidence": confidence, "note": "流程测试"},
            "body": {"@type": LINE, "lineFen": str(yuan * 100), "priceBasis": "CURRENT"}}


class Rulebook:
    """For flows: `author` and `second` are clients of the two persons."""

    author = second = None

    def move(self, who, document, verb, **more):
        body = {"etag": document["etag"], **more}
        return who.post("%s/%s:%s" % (POLICIES, document["policyId"], verb), body)

    def approve(self, policy):
        document = self.author.post(POLICIES, {"policy": policy})
        document = self.move(self.author, document, "submit")
        return self.move(self.second, document, "review", decision="APPROVE")

    def publish(self, policy, *supersedes):
        return self.move(self.second, self.approve(policy), "publish", supersedes=list(supersedes))
