#include "services/registration/store/transfer_store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/standards/area_code.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

const std::string kColumns = R"sql(
  t.shard, t.id, t.from_shard, t.from_household_id, t.from_area, t.shard, t.to_household_id, t.to_area, t.head_name,
  t.member_count, t.reason, t.note, t.state, t.requester, (extract(epoch FROM t.request_time) * 1000000)::bigint,
  t.decider, (extract(epoch FROM t.decide_time) * 1000000)::bigint, t.comment)sql";

const std::string kSelectText =
    absl::StrCat("SELECT ", kColumns, " FROM household_transfer t WHERE t.shard = $1 AND t.id = $2");
const db::Statement kSelect = {"household_transfer.select", kSelectText.c_str()};

const std::string kLockText = absl::StrCat(kSelectText, " FOR UPDATE");
const db::Statement kLock = {"household_transfer.lock", kLockText.c_str()};

const std::string kLockPendingText = absl::StrCat("SELECT ", kColumns, R"sql(
  FROM household_transfer t
  WHERE t.from_shard = $1 AND t.from_household_id = $2 AND t.state = 1 FOR UPDATE)sql");
const db::Statement kLockPending = {"household_transfer.lock_pending", kLockPendingText.c_str()};

const std::string kOfHouseholdText = absl::StrCat("SELECT ", kColumns, R"sql(
  FROM household_transfer t
  WHERE ((t.from_shard = $1 AND t.from_household_id = $2) OR (t.shard = $1 AND t.to_household_id = $2))
    AND ($3::integer = 0 OR t.state = $3) AND ($4::bigint = 0 OR t.id < $4)
  ORDER BY t.id DESC LIMIT $5)sql");
const db::Statement kOfHousehold = {"household_transfer.list_of_household", kOfHouseholdText.c_str()};

constexpr db::Statement kInsert = {"household_transfer.insert", R"sql(
  INSERT INTO household_transfer (shard, id, from_shard, from_household_id, from_area, to_area, head_name, member_count,
                                  reason, note, requester, request_time)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::timestamptz))sql"};

constexpr db::Statement kSave = {"household_transfer.save", R"sql(
  UPDATE household_transfer
  SET state = $3, to_area = $4, to_household_id = $5, member_count = $6, decider = $7, decide_time = $8::timestamptz,
      comment = $9, from_area = $10
  WHERE shard = $1 AND id = $2)sql"};

// Both directions of each: $1 kind, former and latter ids.
constexpr db::Statement kInsertRenamings = {"transferred_record.insert", R"sql(
  INSERT INTO transferred_record (shard, kind, record_id, former, other_shard, other_id)
  SELECT sides.* FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::integer[], $5::bigint[])
    AS r (kind, former_shard, former_id, latter_shard, latter_id)
  CROSS JOIN LATERAL (VALUES
    (r.former_shard, r.kind, r.former_id, false, r.latter_shard, r.latter_id),
    (r.latter_shard, r.kind, r.latter_id, true, r.former_shard, r.former_id)) AS sides)sql"};

constexpr db::Statement kFormer = {"transferred_record.former", R"sql(
  SELECT other_shard, other_id FROM transferred_record
  WHERE shard = $1 AND kind = 1 AND record_id = $2 AND former)sql"};

v1::HouseholdTransfer ReadTransfer(const pqxx::row& row) {
  RowReader columns(row);
  v1::HouseholdTransfer transfer;
  transfer.set_transfer_id(columns.RecordId());
  transfer.set_from_household_id(columns.RecordId());
  transfer.set_from_area(columns.AreaCode());
  const auto shard = static_cast<int32_t>(columns.Number());
  if (auto number = columns.OptionalNumber()) transfer.set_to_household_id(ids::RecordId{shard, *number}.ToString());
  transfer.set_to_area(columns.AreaCode());
  transfer.set_head_name(columns.Text());
  transfer.set_member_count(static_cast<int32_t>(columns.Number()));
  transfer.set_reason(columns.Text());
  transfer.set_note(columns.Text());
  transfer.set_state(static_cast<v1::HouseholdTransfer::State>(columns.Number()));
  transfer.set_requester(columns.Text());
  columns.Time(transfer.mutable_request_time());
  transfer.set_decider(columns.Text());
  if (transfer.state() != v1::HouseholdTransfer::PENDING) {
    columns.Time(transfer.mutable_decide_time());
  } else {
    columns.OptionalNumber();
  }
  transfer.set_comment(columns.Text());
  return transfer;
}

std::optional<v1::HouseholdTransfer> OneOf(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return ReadTransfer(rows[0]);
}

int64_t AreaOf(const std::string& code) { return standards::ParseAreaCode(code).value_or(0); }

// The village that lies in the scope: each range is one of its index.
pqxx::result ListInScope(db::Tx& tx, const TransferQuery& query) {
  std::vector<std::string> params = {absl::StrCat(query.state), absl::StrCat(query.before)};
  std::vector<std::string> ranges;
  const char* column = query.out ? "t.from_area" : "t.to_area";
  for (const auth::AreaRange& range : query.scope) {
    params.push_back(absl::StrCat(range.low));
    params.push_back(absl::StrCat(range.high));
    ranges.push_back(
        absl::StrCat("(", column, " >= $", params.size() - 1, " AND ", column, " < $", params.size(), ")"));
  }
  return tx.RunText(
      absl::StrCat("SELECT ", kColumns, " FROM household_transfer t WHERE (", absl::StrJoin(ranges, " OR "),
                   ") AND ($1::integer = 0 OR t.state = $1::integer) AND ($2::bigint = 0 OR t.id < $2)",
                   " ORDER BY t.id DESC LIMIT ", query.limit + 1),
      params);
}

}  // namespace

void InsertTransfer(db::Tx& tx, const v1::HouseholdTransfer& transfer) {
  const ids::RecordId id = IdOf(transfer.transfer_id()), household = IdOf(transfer.from_household_id());
  tx.Run(kInsert, id.shard, id.number, household.shard, household.number, AreaOf(transfer.from_area()),
         AreaOf(transfer.to_area()), transfer.head_name(), transfer.member_count(), transfer.reason(), transfer.note(),
         transfer.requester(), TimeLiteral(TimeOf(transfer.request_time())));
}

void SaveTransfer(db::Tx& tx, const v1::HouseholdTransfer& transfer) {
  const ids::RecordId id = IdOf(transfer.transfer_id());
  std::optional<int64_t> to_household;
  if (!transfer.to_household_id().empty()) to_household = IdOf(transfer.to_household_id()).number;
  tx.Run(kSave, id.shard, id.number, static_cast<int>(transfer.state()), AreaOf(transfer.to_area()), to_household,
         transfer.member_count(), transfer.decider(), TimeLiteral(TimeOf(transfer.decide_time())), transfer.comment(),
         AreaOf(transfer.from_area()));
}

std::optional<v1::HouseholdTransfer> LoadTransfer(db::Tx& tx, const ids::RecordId& id) {
  return OneOf(tx.Run(kSelect, id.shard, id.number));
}

std::optional<v1::HouseholdTransfer> LoadTransferForUpdate(db::Tx& tx, const ids::RecordId& id) {
  return OneOf(tx.Run(kLock, id.shard, id.number));
}

std::optional<v1::HouseholdTransfer> LoadPendingTransferOf(db::Tx& tx, const ids::RecordId& household) {
  return OneOf(tx.Run(kLockPending, household.shard, household.number));
}

Page<v1::HouseholdTransfer> ListTransfers(db::Tx& tx, const TransferQuery& query) {
  Page<v1::HouseholdTransfer> page;
  if (!query.household && query.scope.empty()) return page;
  const auto rows = query.household ? tx.Run(kOfHousehold, query.household->shard, query.household->number, query.state,
                                             query.before, query.limit + 1)
                                    : ListInScope(tx, query);
  for (const auto& row : rows) {
    page.more = static_cast<int>(page.records.size()) == query.limit;
    if (page.more) break;
    page.records.push_back(ReadTransfer(row));
    page.last_key = {row[1].as<std::string>()};
  }
  return page;
}

void InsertRenamings(db::Tx& tx, const std::vector<Renaming>& renamings) {
  std::vector<int32_t> kinds;
  std::vector<ids::RecordId> formers, latters;
  for (const Renaming& renaming : renamings) {
    kinds.push_back(static_cast<int32_t>(renaming.kind));
    formers.push_back(renaming.former);
    latters.push_back(renaming.latter);
  }
  const IdArrays former = ArraysOf(formers), latter = ArraysOf(latters);
  tx.Run(kInsertRenamings, db::IntegerArray(kinds), former.shards, former.numbers, latter.shards, latter.numbers);
}

std::optional<ids::RecordId> FormerHousehold(db::Tx& tx, const ids::RecordId& household) {
  const auto rows = tx.Run(kFormer, household.shard, household.number);
  if (rows.empty()) return std::nullopt;
  return ids::RecordId{rows[0][0].as<int32_t>(), rows[0][1].as<int64_t>()};
}

}  // namespace bangfu::registration::store
