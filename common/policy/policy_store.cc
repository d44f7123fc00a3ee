#include "common/policy/policy_store.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/api/etag.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"

namespace bangfu::policy {
namespace {

constexpr db::Statement kSelect = {"policy_document.select", R"sql(
  SELECT shard, id, row_version, body FROM policy_document WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kLock = {"policy_document.lock", R"sql(
  SELECT shard, id, row_version, body FROM policy_document WHERE shard = $1 AND id = $2 FOR UPDATE)sql"};

constexpr db::Statement kList = {"policy_document.list", R"sql(
  SELECT shard, id, row_version, body FROM policy_document
  WHERE ($1 = '' OR kind = $1) AND area >= $2 AND area < $3 AND ($4 = 0 OR state = $4) AND ($5::bigint = 0 OR id < $5)
  ORDER BY id DESC LIMIT $6)sql"};

constexpr db::Statement kInsert = {"policy_document.insert", R"sql(
  INSERT INTO policy_document (shard, id, kind, area, purpose, state, body) VALUES ($1, $2, $3, $4, $5, $6, $7))sql"};

constexpr db::Statement kSave = {"policy_document.save", R"sql(
  UPDATE policy_document SET state = $3, version = $4, body = $5, row_version = row_version + 1
  WHERE shard = $1 AND id = $2 RETURNING row_version)sql"};

constexpr db::Statement kMakeKey = {"policy_key.make", R"sql(
  INSERT INTO policy_key (shard, kind, area, purpose) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING)sql"};

constexpr db::Statement kLockKey = {"policy_key.lock", R"sql(
  SELECT version, CASE WHEN isfinite(known_time) THEN (extract(epoch FROM known_time) * 1000000)::bigint END
  FROM policy_key WHERE shard = $1 AND kind = $2 AND area = $3 AND purpose = $4 FOR UPDATE)sql"};

constexpr db::Statement kSaveKey = {"policy_key.save", R"sql(
  UPDATE policy_key SET version = $5, known_time = to_timestamp(0) + $6::bigint * interval '1 microsecond'
  WHERE shard = $1 AND kind = $2 AND area = $3 AND purpose = $4)sql"};

const std::string kHoldingColumns = R"sql(
  SELECT shard, id, policy, valid_from::text, CASE WHEN isfinite(valid_to) THEN valid_to::text END,
         (extract(epoch FROM known_from) * 1000000)::bigint,
         CASE WHEN isfinite(known_to) THEN (extract(epoch FROM known_to) * 1000000)::bigint END
  FROM policy_holding)sql";

const std::string kCurrentText = absl::StrCat(kHoldingColumns, R"sql(
  WHERE shard = $1 AND kind = $2 AND area = $3 AND purpose = $4 AND known_to = 'infinity' ORDER BY valid_from)sql");
const db::Statement kCurrent = {"policy_holding.current", kCurrentText.c_str()};

const std::string kPeriodsText = absl::StrCat(kHoldingColumns, R"sql(
  JOIN unnest($1::bigint[], $2::bigint[]) AS wanted(s, p) ON shard = wanted.s AND policy = wanted.p
  WHERE known_to = 'infinity')sql");
const db::Statement kPeriods = {"policy_holding.periods", kPeriodsText.c_str()};

const db::Statement kAll = {"policy_holding.all", kHoldingColumns.c_str()};

constexpr db::Statement kClose = {"policy_holding.close", R"sql(
  UPDATE policy_holding SET known_to = to_timestamp(0) + $3::bigint * interval '1 microsecond'
  WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kOpen = {"policy_holding.open", R"sql(
  INSERT INTO policy_holding (shard, id, policy, kind, area, purpose, valid_from, valid_to, known_from)
  VALUES ($1, $2, $3, $4, $5, $6, $7::date, $8::date, to_timestamp(0) + $9::bigint * interval '1 microsecond'))sql"};

constexpr db::Statement kMoveOn = {"policy_revision.move_on", "UPDATE policy_revision SET revision = $1"};

constexpr db::Statement kRevision = {"policy_revision.select", "SELECT revision FROM policy_revision"};

constexpr db::Statement kPublished = {"policy_document.published", R"sql(
  SELECT shard, id, row_version, body FROM policy_document WHERE version > 0)sql"};

ids::RecordId IdOf(const std::string& text) { return ids::ParseRecordId(text).value_or(ids::RecordId{}); }

int64_t AreaOf(const PolicyDocument& document) { return standards::ParseAreaCode(document.area()).value_or(0); }

PolicyDocument ReadDocument(const pqxx::row& row) {
  PolicyDocument document;
  document.ParseFromString(db::BytesOf(row[3]));
  document.set_policy_id(ids::RecordId{row[0].as<int32_t>(), row[1].as<int64_t>()}.ToString());
  document.set_etag(api::EtagOf(document.policy_id(), row[2].as<int64_t>()));
  return document;
}

std::string BytesToStore(const PolicyDocument& document) {
  PolicyDocument stored = document;
  stored.clear_periods();
  stored.clear_etag();
  return stored.SerializeAsString();
}

Holding ReadHolding(const pqxx::row& row) {
  Holding holding;
  holding.policy_id = ids::RecordId{row[0].as<int32_t>(), row[2].as<int64_t>()}.ToString();
  holding.id = row[1].as<int64_t>();
  holding.from = *standards::ParseDate(row[3].as<std::string>());
  if (!row[4].is_null()) holding.to = *standards::ParseDate(row[4].as<std::string>());
  holding.known_from = absl::FromUnixMicros(row[5].as<int64_t>());
  if (!row[6].is_null()) holding.known_to = absl::FromUnixMicros(row[6].as<int64_t>());
  return holding;
}

std::vector<Holding> ReadHoldings(const pqxx::result& rows) {
  std::vector<Holding> holdings;
  for (const auto& row : rows) holdings.push_back(ReadHolding(row));
  return holdings;
}

std::optional<PolicyDocument> FirstOf(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return ReadDocument(rows[0]);
}

}  // namespace

std::optional<PolicyDocument> LoadPolicy(db::Tx& tx, const ids::RecordId& id) {
  return FirstOf(tx.Run(kSelect, id.shard, id.number));
}

std::optional<PolicyDocument> LockPolicy(db::Tx& tx, const ids::RecordId& id) {
  return FirstOf(tx.Run(kLock, id.shard, id.number));
}

std::vector<PolicyDocument> ListPolicies(db::Tx& tx, const PolicyQuery& query) {
  std::vector<PolicyDocument> documents;
  for (const auto& row : tx.Run(kList, query.kind, query.areas.low, query.areas.high, static_cast<int>(query.state),
                                query.before, query.limit)) {
    documents.push_back(ReadDocument(row));
  }
  return documents;
}

void FillPeriods(db::Tx& tx, std::vector<PolicyDocument>* documents) {
  std::vector<int64_t> shards, numbers;
  for (const PolicyDocument& document : *documents) {
    const ids::RecordId id = IdOf(document.policy_id());
    shards.push_back(id.shard);
    numbers.push_back(id.number);
  }
  std::map<std::string, std::vector<Holding>> holdings;
  for (const Holding& holding : ReadHoldings(tx.Run(kPeriods, db::IntegerArray(shards), db::IntegerArray(numbers)))) {
    holdings[holding.policy_id].push_back(holding);
  }
  for (PolicyDocument& document : *documents) {
    const auto periods = PeriodsOf(holdings[document.policy_id()]);
    document.mutable_periods()->Assign(periods.begin(), periods.end());
  }
}

void InsertPolicy(db::Tx& tx, PolicyDocument* document) {
  const ids::RecordId id = IdOf(document->policy_id());
  tx.Run(kInsert, id.shard, id.number, document->kind(), AreaOf(*document), document->purpose(),
         static_cast<int>(document->state()), db::Bytes(BytesToStore(*document)));
  document->set_etag(api::EtagOf(document->policy_id(), 1));
}

void SavePolicy(db::Tx& tx, PolicyDocument* document) {
  const ids::RecordId id = IdOf(document->policy_id());
  const auto rows = tx.Run(kSave, id.shard, id.number, static_cast<int>(document->state()), document->version(),
                           db::Bytes(BytesToStore(*document)));
  document->set_etag(api::EtagOf(document->policy_id(), rows[0][0].as<int64_t>()));
}

LockedKey LockKey(db::Tx& tx, const PolicyDocument& document, absl::Time now) {
  const int32_t shard = IdOf(document.policy_id()).shard;
  const int64_t area = AreaOf(document);
  tx.Run(kMakeKey, shard, document.kind(), area, document.purpose());
  const auto rows = tx.Run(kLockKey, shard, document.kind(), area, document.purpose());
  LockedKey key;
  key.version = rows[0][0].as<int>();
  key.known_time = absl::FromUnixMicros(absl::ToUnixMicros(now));
  if (!rows[0][1].is_null()) {
    const absl::Time last = absl::FromUnixMicros(rows[0][1].as<int64_t>());
    key.known_time = std::max(key.known_time, last + absl::Microseconds(1));
  }
  key.current = ReadHoldings(tx.Run(kCurrent, shard, document.kind(), area, document.purpose()));
  return key;
}

void SaveForce(db::Tx& tx, const PolicyDocument& document, const LockedKey& key, const std::vector<Holding>& closed,
               const std::vector<Holding>& opened) {
  const int32_t shard = IdOf(document.policy_id()).shard;
  const int64_t area = AreaOf(document), known = absl::ToUnixMicros(key.known_time);
  for (const Holding& holding : closed) tx.Run(kClose, shard, holding.id, known);
  for (const Holding& holding : opened) {
    const std::string to = holding.to == kNoEnd ? "infinity" : standards::FormatDate(holding.to);
    tx.Run(kOpen, shard, ids::NewRecordNumber(), IdOf(holding.policy_id).number, document.kind(), area,
           document.purpose(), standards::FormatDate(holding.from), to, known);
  }
  tx.Run(kSaveKey, shard, document.kind(), area, document.purpose(), key.version, known);
  tx.Run(kMoveOn, ids::NewRecordNumber());
}

int64_t LoadRevision(db::Tx& tx) { return tx.Run(kRevision)[0][0].as<int64_t>(); }

Stored LoadPublished(db::Tx& tx) {
  Stored stored;
  // Holdings first: what is published in between is then a document without holdings, and not the other way round.
  stored.holdings = ReadHoldings(tx.Run(kAll));
  for (const auto& row : tx.Run(kPublished)) stored.documents.push_back(ReadDocument(row));
  return stored;
}

}  // namespace bangfu::policy
