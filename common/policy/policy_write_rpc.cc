// The methods of PolicyService that change rules.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "bangfu/policy/v1/policy_events.pb.h"
#include "bangfu/policy/v1/reason.pb.h"
#include "common/api/field_mask.h"
#include "common/policy/document.h"
#include "common/policy/policy_rpc.h"
#include "common/policy/policy_store.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "google/protobuf/util/field_mask_util.h"

namespace bangfu::policy {

using google::protobuf::FieldMask;
using google::protobuf::util::FieldMaskUtil;
using status::Refuse;

namespace {

int64_t AreaOf(const PolicyDocument& document) { return standards::ParseAreaCode(document.area()).value_or(0); }

void SetTime(absl::Time time, google::protobuf::Timestamp* to) {
  const int64_t micros = absl::ToUnixMicros(time);
  to->set_seconds(micros / 1'000'000);
  to->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
}

// What stays of a document in the audit trail.
void Audit(const rpc::WriteContext& context, const PolicyDocument& document, rpc::Effects* effects) {
  effects->ActOn(document.policy_id(), AreaOf(document));
  effects->record().set_after_digest(context.sealer->Digest("policy", document.SerializeAsString()));
}

void WithPeriods(db::Tx& tx, PolicyDocument* document) {
  std::vector<PolicyDocument> documents = {std::move(*document)};
  FillPeriods(tx, &documents);
  *document = std::move(documents[0]);
}

// Nothing is replaced unseen, and nothing well founded by a proposal. `overlapped` would lose days.
absl::Status CheckSupersession(const PolicyDocument& document, const std::vector<PolicyDocument>& overlapped,
                               const google::protobuf::RepeatedPtrField<std::string>& named) {
  std::set<std::string> actual, better;
  for (const PolicyDocument& other : overlapped) {
    actual.insert(other.policy_id());
    const bool founded = other.source().confidence() != v1::PolicySource::PROPOSAL;
    if (founded && document.source().confidence() == v1::PolicySource::PROPOSAL) better.insert(other.policy_id());
  }
  if (!better.empty()) return Refuse(v1::PROPOSAL_CANNOT_SUPERSEDE, {{"policies", absl::StrJoin(better, ", ")}});
  if (actual == std::set<std::string>(named.begin(), named.end())) return absl::OkStatus();
  return Refuse(v1::POLICY_OVERLAPS, {{"policies", absl::StrJoin(actual, ", ")}});
}

absl::StatusOr<std::vector<PolicyDocument>> LockAll(db::Tx& tx, const std::set<std::string>& policy_ids) {
  std::vector<PolicyDocument> documents;
  for (const std::string& policy_id : policy_ids) {
    auto document = LockPolicy(tx, *ids::ParseRecordId(policy_id));
    if (!document) return Refuse(v1::POLICY_NOT_FOUND);
    documents.push_back(*std::move(document));
  }
  return documents;
}

// A mask may name parts of the source (source.note): the rest of it stays as it is in the draft. Other paths are left
// to ApplyUpdate, which refuses those that name nothing.
void MergeSource(const PolicyDocument& draft, PolicyDocument* wanted, FieldMask* mask) {
  FieldMask parts;
  for (std::string& path : *mask->mutable_paths()) {
    if (!absl::StartsWith(path, "source.") || !FieldMaskUtil::IsValidPath<PolicyDocument>(path)) continue;
    parts.add_paths(path);
    path = "source";
  }
  if (parts.paths().empty()) return;
  PolicyDocument merged = draft;
  FieldMaskUtil::MergeMessageTo(*wanted, parts, FieldMaskUtil::MergeOptions(), &merged);
  *wanted->mutable_source() = merged.source();
}

v1::PolicyPublished PublishedFact(const PolicyDocument& document, const std::set<std::string>& superseded) {
  v1::PolicyPublished fact;
  fact.set_policy_id(document.policy_id());
  fact.set_kind(document.kind());
  fact.set_area(document.area());
  fact.set_purpose(document.purpose());
  fact.set_version(document.version());
  fact.set_valid_from(document.valid_from());
  for (const std::string& policy_id : superseded) fact.add_superseded_ids(policy_id);
  return fact;
}

}  // namespace

absl::StatusOr<PolicyDocument> PolicyRpc::Load(rpc::Call& call, db::Tx& tx, const std::string& policy_id) const {
  const auto id = ids::ParseRecordId(policy_id);
  auto document = id ? LoadPolicy(tx, *id) : std::nullopt;
  if (!document) return call.Missing(policy_id, Refuse(v1::POLICY_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaOf(*document)));
  return *std::move(document);
}

absl::StatusOr<PolicyDocument> PolicyRpc::Lock(rpc::Call& call, db::Tx& tx, const std::string& policy_id,
                                               const std::string& etag) const {
  const auto id = ids::ParseRecordId(policy_id);
  auto document = id ? LockPolicy(tx, *id) : std::nullopt;
  if (!document) return call.Missing(policy_id, Refuse(v1::POLICY_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaOf(*document)));
  if (etag.empty()) return status::RefuseFields({{"etag", "版本标记: 请填写"}});
  if (etag != document->etag()) return Refuse(status::Reason::ETAG_MISMATCH);
  return *std::move(document);
}

template <typename Request>
absl::StatusOr<PolicyDocument> PolicyRpc::Move(rpc::Call& call, const Request& request,
                                               absl::FunctionRef<absl::Status(PolicyDocument*)> move) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<PolicyDocument> {
    ASSIGN_OR_RETURN(PolicyDocument document, Lock(call, tx, request.policy_id(), request.etag()));
    RETURN_IF_ERROR(move(&document));
    SetTime(call.now(), document.mutable_update_time());
    SavePolicy(tx, &document);
    Audit(context_.write, document, &effects);
    effects.Change({"state"});
    return document;
  };
  return rpc::Write<PolicyDocument>(call, context_.write, request, write);
}

absl::StatusOr<PolicyDocument> PolicyRpc::CreatePolicy(rpc::Call& call, const v1::CreatePolicyRequest& request) {
  PolicyDocument draft = request.policy();
  const int64_t area = AreaOf(draft);
  RETURN_IF_ERROR(call.Authorise(area));
  RETURN_IF_ERROR(CheckDraft(context_.policies->kinds(), context_.codes, &draft));
  draft.set_policy_id(ids::RecordId{standards::CountyOf(area), ids::NewRecordNumber()}.ToString());
  draft.set_state(PolicyDocument::DRAFT);
  AddAuthor(call.caller().subject, &draft);
  SetTime(call.now(), draft.mutable_create_time());
  SetTime(call.now(), draft.mutable_update_time());
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<PolicyDocument> {
    InsertPolicy(tx, &draft);
    Audit(context_.write, draft, &effects);
    return draft;
  };
  return rpc::Write<PolicyDocument>(call, context_.write, request, write);
}

absl::StatusOr<PolicyDocument> PolicyRpc::UpdatePolicy(rpc::Call& call, const v1::UpdatePolicyRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<PolicyDocument> {
    PolicyDocument wanted = request.policy();
    FieldMask mask = request.update_mask();
    ASSIGN_OR_RETURN(PolicyDocument draft, Lock(call, tx, wanted.policy_id(), wanted.etag()));
    RETURN_IF_ERROR(CheckEditable(draft));
    const std::string kind = draft.kind();
    MergeSource(draft, &wanted, &mask);
    ASSIGN_OR_RETURN(const auto changed, api::ApplyUpdate(mask, wanted, &draft));
    RETURN_IF_ERROR(CheckDraft(context_.policies->kinds(), context_.codes, &draft));
    if (draft.kind() != kind) return Refuse(v1::POLICIES_NOT_COMPARABLE);
    AddAuthor(call.caller().subject, &draft);
    SetTime(call.now(), draft.mutable_update_time());
    SavePolicy(tx, &draft);
    Audit(context_.write, draft, &effects);
    effects.Change(changed);
    return draft;
  };
  return rpc::Write<PolicyDocument>(call, context_.write, request, write);
}

absl::StatusOr<PolicyDocument> PolicyRpc::SubmitPolicy(rpc::Call& call, const v1::SubmitPolicyRequest& request) {
  return Move(call, request, [](PolicyDocument* document) { return Submit(document); });
}

absl::StatusOr<PolicyDocument> PolicyRpc::ReviewPolicy(rpc::Call& call, const v1::ReviewPolicyRequest& request) {
  return Move(call, request, [&](PolicyDocument* document) {
    return Review(call.caller().subject, request.decision(), request.comment(), document);
  });
}

absl::StatusOr<PolicyDocument> PolicyRpc::PublishPolicy(rpc::Call& call, const v1::PublishPolicyRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<PolicyDocument> {
    ASSIGN_OR_RETURN(const PolicyDocument seen, Load(call, tx, request.policy_id()));
    LockedKey key = LockKey(tx, seen, call.now());
    ASSIGN_OR_RETURN(PolicyDocument document, Lock(call, tx, request.policy_id(), request.etag()));
    RETURN_IF_ERROR(CheckPublishable(document));
    Holding added = HoldingOf(document);
    added.known_from = key.known_time;
    const Publication publication = Publish(key.current, added);
    ASSIGN_OR_RETURN(auto overlapped, LockAll(tx, publication.overlapped));
    RETURN_IF_ERROR(CheckSupersession(document, overlapped, request.supersedes()));
    for (PolicyDocument& other : overlapped) {
      if (publication.superseded.count(other.policy_id()) == 0) continue;
      other.set_state(PolicyDocument::SUPERSEDED);
      SetTime(key.known_time, other.mutable_update_time());
      SavePolicy(tx, &other);
    }
    document.set_state(PolicyDocument::PUBLISHED);
    document.set_version(++key.version);
    document.set_publisher(call.caller().subject);
    SetTime(key.known_time, document.mutable_publish_time());
    SetTime(key.known_time, document.mutable_update_time());
    SavePolicy(tx, &document);
    SaveForce(tx, document, key, publication.closed, publication.opened);
    Audit(context_.write, document, &effects);
    effects.Emit(PublishedFact(document, publication.overlapped), document.policy_id(), AreaOf(document));
    WithPeriods(tx, &document);
    return document;
  };
  return rpc::Write<PolicyDocument>(call, context_.write, request, write);
}

absl::StatusOr<PolicyDocument> PolicyRpc::WithdrawPolicy(rpc::Call& call, const v1::WithdrawPolicyRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<PolicyDocument> {
    ASSIGN_OR_RETURN(const PolicyDocument seen, Load(call, tx, request.policy_id()));
    LockedKey key = LockKey(tx, seen, call.now());
    ASSIGN_OR_RETURN(PolicyDocument document, Lock(call, tx, request.policy_id(), request.etag()));
    RETURN_IF_ERROR(Withdraw(request.reason(), &document));
    SetTime(key.known_time, document.mutable_update_time());
    SavePolicy(tx, &document);
    Audit(context_.write, document, &effects);
    if (!WasPublished(document)) return document;
    std::vector<Holding> closed;
    for (const Holding& holding : key.current) {
      if (holding.policy_id == document.policy_id()) closed.push_back(holding);
    }
    SaveForce(tx, document, key, closed, {});
    v1::PolicyWithdrawn fact;
    fact.set_policy_id(document.policy_id());
    fact.set_kind(document.kind());
    fact.set_area(document.area());
    fact.set_purpose(document.purpose());
    effects.Emit(fact, document.policy_id(), AreaOf(document));
    return document;
  };
  return rpc::Write<PolicyDocument>(call, context_.write, request, write);
}

}  // namespace bangfu::policy
