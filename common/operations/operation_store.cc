#include "common/operations/operation_store.h"

#include "common/standards/area_code.h"

namespace bangfu::operations {
namespace {

constexpr db::Statement kInsert = {"operation.insert", R"sql(
  INSERT INTO operation (shard, id, kind, area, subject, state, step) VALUES ($1, $2, $3, $4, $5, $6, $7))sql"};

constexpr db::Statement kRequeue = {"operation.requeue", R"sql(
  UPDATE operation SET state = 1, step = $3, session = $4, trace = $5, phase = '', done_count = 0, total_count = 0, rate = 0, reason = '', message = '',
         attempts = 0, cancel_requested = false, lease_until = '-infinity', update_time = now()
  WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kSetState = {"operation.set_state", R"sql(
  UPDATE operation SET state = $3, phase = $4, update_time = now() WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kRequestCancel = {"operation.request_cancel", R"sql(
  UPDATE operation SET cancel_requested = true, update_time = now() WHERE shard = $1 AND id = $2)sql"};

constexpr char kColumns[] =
    "shard, id, kind, area, state, phase, done_count, total_count, rate, reason, message, "
    "(extract(epoch FROM create_time) * 1000000)::bigint, (extract(epoch FROM update_time) * 1000000)::bigint";

const std::string kSelectText = std::string("SELECT ") + kColumns + R"sql(, subject, cancel_requested, place
  FROM unnest($1::integer[], $2::bigint[]) WITH ORDINALITY AS wanted(shard, id, place)
  JOIN operation USING (shard, id))sql";
const db::Statement kSelect = {"operation.select", kSelectText.c_str()};

const std::string kListText = std::string("SELECT ") + kColumns + R"sql(
  FROM operation
  WHERE ($3::bigint = 0 OR id < $3)
    AND EXISTS (SELECT 1 FROM unnest($1::bigint[], $2::bigint[]) AS s(low, high) WHERE area >= s.low AND area < s.high)
  ORDER BY id DESC LIMIT $4)sql";
const db::Statement kList = {"operation.list", kListText.c_str()};

void SetMicros(int64_t micros, google::protobuf::Timestamp* time) {
  time->set_seconds(micros / 1'000'000);
  time->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
}

Operation OperationOf(const pqxx::row& row) {
  Operation operation;
  operation.set_operation_id(ids::RecordId{row[0].as<int32_t>(), row[1].as<int64_t>()}.ToString());
  operation.set_kind(row[2].as<std::string>());
  operation.set_area(standards::FormatAreaCode(row[3].as<int64_t>()));
  operation.set_state(static_cast<Operation::State>(row[4].as<int>()));
  operation.set_phase(row[5].as<std::string>());
  operation.set_done_count(row[6].as<int64_t>());
  operation.set_total_count(row[7].as<int64_t>());
  operation.set_rate(row[8].as<int64_t>());
  operation.set_reason(row[9].as<std::string>());
  operation.set_message(row[10].as<std::string>());
  SetMicros(row[11].as<int64_t>(), operation.mutable_create_time());
  SetMicros(row[12].as<int64_t>(), operation.mutable_update_time());
  return operation;
}

}  // namespace

void Insert(db::Tx& tx, const NewOperation& operation) {
  tx.Run(kInsert, operation.id.shard, operation.id.number, operation.kind, operation.area, operation.subject,
         static_cast<int>(operation.state), operation.step);
}

void Requeue(db::Tx& tx, const ids::RecordId& id, const std::string& step, const Origin& origin) {
  tx.Run(kRequeue, id.shard, id.number, step, origin.session, origin.trace);
}

void SetState(db::Tx& tx, const ids::RecordId& id, Operation::State state, const std::string& phase) {
  tx.Run(kSetState, id.shard, id.number, static_cast<int>(state), phase);
}

void RequestCancel(db::Tx& tx, const ids::RecordId& id) { tx.Run(kRequestCancel, id.shard, id.number); }

std::optional<LoadedOperation> Load(db::Tx& tx, const ids::RecordId& id) {
  return std::move(LoadMany(tx, {&id, 1})[0]);
}

std::vector<std::optional<LoadedOperation>> LoadMany(db::Tx& tx, absl::Span<const ids::RecordId> ids) {
  std::vector<int64_t> shards, numbers;
  for (const ids::RecordId& id : ids) {
    shards.push_back(id.shard);
    numbers.push_back(id.number);
  }
  std::vector<std::optional<LoadedOperation>> operations(ids.size());
  for (const auto& row : tx.Run(kSelect, db::IntegerArray(shards), db::IntegerArray(numbers))) {
    operations[row[15].as<size_t>() - 1] =
        LoadedOperation{OperationOf(row), row[3].as<int64_t>(), row[13].as<std::string>(), row[14].as<bool>()};
  }
  return operations;
}

std::vector<Operation> List(db::Tx& tx, const std::vector<auth::AreaRange>& areas, int64_t before, int limit) {
  std::vector<int64_t> lows, highs;
  for (const auth::AreaRange& area : areas) {
    lows.push_back(area.low);
    highs.push_back(area.high);
  }
  std::vector<Operation> operations;
  for (const auto& row : tx.Run(kList, db::IntegerArray(lows), db::IntegerArray(highs), before, limit)) {
    operations.push_back(OperationOf(row));
  }
  return operations;
}

}  // namespace bangfu::operations
