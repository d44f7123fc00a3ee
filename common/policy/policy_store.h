// Rows of policy documents and of what is in force.
#ifndef BANGFU_COMMON_POLICY_POLICY_STORE_H_
#define BANGFU_COMMON_POLICY_POLICY_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/auth/area_range.h"
#include "common/db/tx.h"
#include "common/ids/record_id.h"
#include "common/policy/book.h"
#include "common/policy/document.h"
#include "common/policy/timeline.h"

namespace bangfu::policy {

// A document with etag, but without its periods. Nothing if there is none.
std::optional<PolicyDocument> LoadPolicy(db::Tx& tx, const ids::RecordId& id);
// The same, locked. Whoever also changes what is in force locks the key first.
std::optional<PolicyDocument> LockPolicy(db::Tx& tx, const ids::RecordId& id);

struct PolicyQuery {
  std::string kind;  // empty: any
  auth::AreaRange areas;
  PolicyDocument::State state = PolicyDocument::STATE_UNSPECIFIED;  // any
  int64_t before = 0;                                               // ids below; 0 for the first page
  int limit = 0;
};
// Newest first, without periods.
std::vector<PolicyDocument> ListPolicies(db::Tx& tx, const PolicyQuery& query);

// Fills in when each document applies as known now.
void FillPeriods(db::Tx& tx, std::vector<PolicyDocument>* documents);

void InsertPolicy(db::Tx& tx, PolicyDocument* document);
// Saves a document that is locked; gives it its new etag.
void SavePolicy(db::Tx& tx, PolicyDocument* document);

// What is in force for the document's kind, area and purpose, locked until the transaction ends.
struct LockedKey {
  int version = 0;        // the last one given
  absl::Time known_time;  // of the change that is to come: `now`, or right after the last one if that is later
  std::vector<Holding> current;
};
LockedKey LockKey(db::Tx& tx, const PolicyDocument& document, absl::Time now);

// Saves a change of what is in force: closes and opens holdings, keeps the key's version and time, and gives
// what is in force a new revision.
void SaveForce(db::Tx& tx, const PolicyDocument& document, const LockedKey& key, const std::vector<Holding>& closed,
               const std::vector<Holding>& opened);

int64_t LoadRevision(db::Tx& tx);

// Every document that was ever in force, and all holdings, also those no longer known.
struct Stored {
  std::vector<PolicyDocument> documents;
  std::vector<Holding> holdings;
};
Stored LoadPublished(db::Tx& tx);

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_POLICY_STORE_H_
