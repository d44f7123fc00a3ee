#include "services/registration/store/snapshot_store.h"

#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"
#include "services/registration/store/row.h"
#include "services/registration/store/scope.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kInsert = {"snapshot.insert", R"sql(
  INSERT INTO snapshot (shard, id, area, name, period, year, from_date, as_of, as_known_at, creator, create_time,
                        statistics, flow)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13))sql"};

constexpr char kColumns[] = R"sql(
  t.shard, t.id, t.area, t.name, t.period, t.year, t.from_date::text, t.as_of::text,
  (extract(epoch FROM t.as_known_at) * 1000000)::bigint, (extract(epoch FROM t.create_time) * 1000000)::bigint,
  t.creator)sql";

const std::string kSelectText =
    absl::StrCat("SELECT ", kColumns, ", t.statistics, t.flow FROM snapshot t WHERE t.shard = $1 AND t.id = $2");
const db::Statement kSelect = {"snapshot.select", kSelectText.c_str()};

const std::string kListText = absl::StrCat("SELECT ", kColumns, R"sql(
  FROM unnest($1::bigint[], $2::bigint[]) AS s(low, high)
  JOIN snapshot t ON t.area >= s.low AND t.area < s.high
  WHERE (t.area, t.id) > ($3, $4)
  ORDER BY t.area, t.id LIMIT $5)sql");
const db::Statement kList = {"snapshot.list", kListText.c_str()};

constexpr db::Statement kInstants = {"snapshot.instants", R"sql(
  SELECT as_of::text, (extract(epoch FROM as_known_at) * 1000000)::bigint FROM snapshot WHERE shard = $1 AND id = $2)sql"};

v1::Snapshot ReadSnapshot(const pqxx::row& row) {
  RowReader columns(row);
  v1::Snapshot snapshot;
  snapshot.set_snapshot_id(columns.RecordId());
  snapshot.set_area(columns.AreaCode());
  snapshot.set_name(columns.Text());
  snapshot.set_period(static_cast<v1::Snapshot::Period>(columns.Number()));
  snapshot.set_year(static_cast<int32_t>(columns.Number()));
  snapshot.set_from_date(columns.Text());
  snapshot.set_as_of(columns.Text());
  columns.Time(snapshot.mutable_as_known_at());
  columns.Time(snapshot.mutable_create_time());
  snapshot.set_creator(columns.Text());
  return snapshot;
}

}  // namespace

void InsertSnapshot(db::Tx& tx, const v1::Snapshot& snapshot) {
  const ids::RecordId id = IdOf(snapshot.snapshot_id());
  tx.Run(kInsert, id.shard, id.number, standards::ParseAreaCode(snapshot.area()).value_or(0), snapshot.name(),
         static_cast<int>(snapshot.period()), snapshot.year(), snapshot.from_date(), snapshot.as_of(),
         TimeLiteral(TimeOf(snapshot.as_known_at())), snapshot.creator(), TimeLiteral(TimeOf(snapshot.create_time())),
         db::Bytes(snapshot.statistics().SerializeAsString()), db::Bytes(snapshot.flow().SerializeAsString()));
}

absl::StatusOr<std::optional<v1::Snapshot>> LoadSnapshot(db::Tx& tx, const ids::RecordId& id) {
  const auto rows = tx.Run(kSelect, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  v1::Snapshot snapshot = ReadSnapshot(rows[0]);
  if (!snapshot.mutable_statistics()->ParseFromString(db::BytesOf(rows[0][11])) ||
      !snapshot.mutable_flow()->ParseFromString(db::BytesOf(rows[0][12]))) {
    return absl::DataLossError("snapshot.statistics or snapshot.flow");
  }
  return snapshot;
}

Page<v1::Snapshot> ListSnapshots(db::Tx& tx, const std::vector<auth::AreaRange>& scope,
                                 const std::vector<std::string>& after, int limit) {
  const ScopeArrays arrays = ArraysOf(scope);
  const std::vector<std::string> start = {"0", "0"};
  const auto& key = after.size() == start.size() ? after : start;
  Page<v1::Snapshot> page;
  for (const auto& row : tx.Run(kList, arrays.lows, arrays.highs, key[0], key[1], limit + 1)) {
    page.more = static_cast<int>(page.records.size()) == limit;
    if (page.more) break;
    page.records.push_back(ReadSnapshot(row));
    page.last_key = {row[2].as<std::string>(), row[1].as<std::string>()};
  }
  return page;
}

std::optional<Instants> LoadInstants(db::Tx& tx, const ids::RecordId& id) {
  const auto rows = tx.Run(kInstants, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return Instants{rows[0][0].as<std::string>(), absl::FromUnixMicros(rows[0][1].as<int64_t>())};
}

}  // namespace bangfu::registration::store
