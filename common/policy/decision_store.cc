#include "common/policy/decision_store.h"

#include <cstdlib>
#include <map>

#include "common/api/mask.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"

namespace bangfu::policy {
namespace {

constexpr db::Statement kInsert = {"policy_decision.insert", R"sql(
  INSERT INTO policy_decision (shard, id, subject, area, rule, body)
  SELECT $1, id, subject, area, rule, body
  FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bytea[]) AS new(id, subject, area, rule, body))sql"};

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

ids::RecordId SubjectOf(const NewDecision& decision) {
  return ids::ParseRecordId(decision.subject_id).value_or(ids::RecordId{});
}

DecisionRecord RecordOf(const NewDecision& decision, const google::protobuf::Message& inputs) {
  const ids::RecordId id{SubjectOf(decision).shard, ids::NewRecordNumber()};
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
  return record;
}

// Decisions of one county, as the parameters of a statement.
struct Columns {
  std::vector<int64_t> ids, subjects, areas;
  std::vector<std::string> rules, bodies;
};

}  // namespace

DecisionRecord RecordDecision(db::Tx& tx, const NewDecision& decision, const google::protobuf::Message& inputs) {
  return RecordDecisions(tx, {decision}, {&inputs})[0];
}

std::vector<DecisionRecord> RecordDecisions(db::Tx& tx, const std::vector<NewDecision>& decisions,
                                            const std::vector<const google::protobuf::Message*>& inputs) {
  std::vector<DecisionRecord> records;
  std::map<int32_t, Columns> by_county;
  for (size_t i = 0; i < decisions.size(); ++i) {
    const auto* type = inputs[i]->GetDescriptor();
    if (api::HasSealed(type) || api::HasHealth(type)) std::abort();  // a fault of the program's source
    records.push_back(RecordOf(decisions[i], *inputs[i]));
    const ids::RecordId subject = SubjectOf(decisions[i]);
    Columns& columns = by_county[subject.shard];
    columns.ids.push_back(ids::ParseRecordId(records.back().decision_id())->number);
    columns.subjects.push_back(subject.number);
    columns.areas.push_back(decisions[i].area);
    columns.rules.push_back(decisions[i].rule);
    columns.bodies.push_back(records.back().SerializeAsString());
  }
  for (const auto& [shard, columns] : by_county) {
    tx.Run(kInsert, shard, db::IntegerArray(columns.ids), db::IntegerArray(columns.subjects),
           db::IntegerArray(columns.areas), db::TextArray(columns.rules), db::ByteaArray(columns.bodies));
  }
  return records;
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
