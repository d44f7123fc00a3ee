"""The rules of the demo: documents that one account draws up and a second one reviews and publishes."""

import glob
import json
import os
import urllib.parse
import uuid

from accounts import Session, create_account, grant

POLICIES = "/v1/services/registration/policies"
AUTHOR, REVIEWER = "guize.qicao", "guize.shenhe"
PAGE_SIZE = 500  # as many as ListPolicies gives


def read_documents(folder):
    """One file is one document, in a folder with the name of its kind in lower case."""
    documents = []
    for path in sorted(glob.glob(os.path.join(folder, "*", "*.json"))):
        with open(path, encoding="utf-8") as file:
            documents.append({"kind": os.path.basename(os.path.dirname(path)).upper(), **json.load(file)})
    return documents


def prepare_accounts(gateway, credentials, system, security, areas):
    """The two accounts that nobody needs twice: their rights reach as far as the documents, and no further."""
    create_account(system, credentials, AUTHOR, "演示规则起草员", "内蒙古自治区 (演示)")
    create_account(system, credentials, REVIEWER, "演示规则审核员", "内蒙古自治区 (演示)")
    for area in sorted(areas):
        grant(system, security, AUTHOR, "REGISTRAR", area)
        grant(system, security, REVIEWER, "REVIEWER", area)
    print("账号: %s (规则起草), %s (规则审核、发布)" % (AUTHOR, REVIEWER), flush=True)
    return Session(gateway, credentials, AUTHOR), Session(gateway, credentials, REVIEWER)


def identity_of(document):
    """What tells one document of the demo from another."""
    return tuple(document.get(field, "") for field in ("kind", "area", "purpose", "validFrom", "title"))


def list_known(session):
    """What is there already; of two with one identity the newer counts."""
    known, page_token = {}, ""
    while True:
        query = urllib.parse.urlencode({"pageSize": PAGE_SIZE, "pageToken": page_token})
        answer = session.call("GET", "%s?%s" % (POLICIES, query))
        for document in answer.get("policies", []):
            known.setdefault(identity_of(document), document)
        page_token = answer.get("nextPageToken")
        if not page_token:
            return known


def bring_into_force(author, reviewer, document):
    """Takes a document on from whatever state an earlier run left it in; what was ever in force stays as it is.
    Answers whether anything was done."""
    moves = {"DRAFT": (author, "submit", {}),
             "IN_REVIEW": (reviewer, "review", {"decision": "APPROVE"}),
             "APPROVED": (reviewer, "publish", {})}
    done = False
    while document["state"] in moves:
        who, verb, more = moves[document["state"]]
        document = who.call("POST", "%s/%s:%s" % (POLICIES, document["policyId"], verb),
                            {"etag": document["etag"], "requestId": str(uuid.uuid4()), **more})
        done = True
    return done


def load_rules(gateway, credentials, system, security, folder):
    """Puts the documents of the folder in force; answers how many it published now, and how many there are."""
    documents = read_documents(folder)
    areas = {document["area"] for document in documents}
    author, reviewer = prepare_accounts(gateway, credentials, system, security, areas)
    known = list_known(author)
    published = 0
    for number, document in enumerate(documents, 1):
        found = known.get(identity_of(document))
        if found is None:
            policy = {field: value for field, value in document.items() if field != "kind"}
            found = author.call("POST", POLICIES, {"policy": policy, "requestId": str(uuid.uuid4())})
        published += bring_into_force(author, reviewer, found)
        if number % 10 == 0 or number == len(documents):
            print("  规则 %d/%d" % (number, len(documents)), flush=True)
    print("规则: 本次发布 %d 份, 共 %d 份" % (published, len(documents)), flush=True)
    return published, len(documents)
