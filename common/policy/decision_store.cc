#include "common/policy/decision_store.h"

#include <cstdlib>

#include "common/api/mask.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"

namespace bangfu::policy {
namespace {

constexpr db::Statement kInsert = {"policy_decision.insert", R"sql(
  INSERT INTO policy_decision (shard, id, subject, area, rule, body) VALUES ($1, $2, $3, $4, $5, $6))sql"};

constexpr db::Statement kSelect = {"policy_decision.select", R"sql(
  SELECT area, body FROM policy_decision WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kList = {"policy_decision.list", R"sql(
  SELECT area, body FROM policy_decision
  WHERE shard = $1 AND subject = $2 AND ($3 = '' OR rule = $3) AND ($4::bigint = 0 OR id < $4)
  ORDER BY id DESC LIMIT $5)sql"};

LoadedDecision ReadDecision(const pqxx::row& row) {
  LoadedDecision loaded;
  loaded.area = row[0].as<int64_t>();
  loaded.decision.ParseFromString(db::BytesOf(row[1]));
  return loaded;
}

}  // namespace

DecisionRecord RecordDecision(db::Tx& tx, const NewDecision& decision, const google::protobuf::Message& inputs) {
  const auto* type = inputs.GetDescriptor();
  if (api::HasSealed(type) || api::HasHealth(type)) std::abort();  // a fault of the program's source
  const ids::RecordId subject = ids::ParseRecordId(decision.subject_id).value_or(ids::RecordId{});
  const ids::RecordId id{subject.shard, ids::NewRecordNumber()};
  DecisionRecord record;
  record.set_decision_id(id.ToString());
  record.set_subject_id(decision.subject_id);
  record.set_area(standards::FormatAreaCode(decision.area));
  record.set_date(standards::FormatDate(decision.date));
  record.set_rule(decision.rule);
  record.mutable_policies()->Assign(decision.policies.begin(), decision.policies.end());
  record.mutable_inputs()->PackFrom(inputs);
  *record.mutable_outcome() = decision.outcome;
  record.set_decider(decision.decider);
  const int64_t micros = absl::ToUnixMicros(decision.time);
  record.mutable_time()->set_seconds(micros / 1'000'000);
  record.mutable_time()->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
  tx.Run(kInsert, id.shard, id.number, subject.number, decision.area, decision.rule,
         db::Bytes(record.SerializeAsString()));
  return record;
}

std::optional<LoadedDecision> LoadDecision(db::Tx& tx, const ids::RecordId& id) {
  const auto rows = tx.Run(kSelect, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return ReadDecision(rows[0]);
}

std::vector<LoadedDecision> ListDecisions(db::Tx& tx, const ids::RecordId& subject, const std::string& rule,
                                          int64_t before, int limit) {
  std::vector<LoadedDecision> decisions;
  for (const auto& row : tx.Run(kList, subject.shard, subject.number, rule, before, limit)) {
    decisions.push_back(ReadDecision(row));
  }
  return decisions;
}

}  // namespace bangfu::policy
