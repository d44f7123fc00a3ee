#include "services/registration/store/match_authorisation_store.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kInsert = {"match_authorisation.insert", R"sql(
  INSERT INTO match_authorisation (shard, id, household_id, kinds, signer_id, sign_date, expire_date, paper_sha256,
                                   subject, create_time)
  VALUES ($1, $2, $3, $4::smallint[], $5, $6::date, $7::date, $8, $9, $10::timestamptz))sql"};

constexpr char kColumns[] = R"sql(
  SELECT shard, id, shard, household_id, array_to_string(kinds, ','), shard, signer_id, sign_date, expire_date,
         paper_sha256, revoke_date, subject, (extract(epoch FROM create_time) * 1000000)::bigint
  FROM match_authorisation)sql";

const std::string kLockText = absl::StrCat(kColumns, " WHERE shard = $1 AND id = $2 FOR UPDATE");
const db::Statement kLock = {"match_authorisation.lock", kLockText.c_str()};
const std::string kListText =
    absl::StrCat(kColumns, " WHERE shard = $1 AND household_id = $2 ORDER BY id DESC LIMIT $3");
const db::Statement kList = {"match_authorisation.list", kListText.c_str()};

constexpr db::Statement kRevoke = {"match_authorisation.revoke", R"sql(
  UPDATE match_authorisation SET revoke_date = $3::date, revoked_by = $4 WHERE shard = $1 AND id = $2)sql"};

constexpr db::Statement kFindAuthorised = {"match_authorisation.find_authorised", R"sql(
  SELECT DISTINCT a.shard, a.household_id
  FROM unnest($1::integer[], $2::bigint[]) AS k(shard, household_id)
  JOIN match_authorisation a ON a.shard = k.shard AND a.household_id = k.household_id
  WHERE $3::smallint = ANY(a.kinds) AND a.sign_date <= $4::date AND a.expire_date >= $4::date
    AND a.revoke_date IS NULL)sql"};

v1::MatchAuthorisation ReadAuthorisation(const pqxx::row& row) {
  RowReader reader(row);
  v1::MatchAuthorisation authorisation;
  authorisation.set_authorisation_id(reader.RecordId());
  authorisation.set_household_id(reader.RecordId());
  for (const auto kind : absl::StrSplit(reader.Text(), ',', absl::SkipEmpty())) {
    int number = 0;
    if (absl::SimpleAtoi(kind, &number)) authorisation.add_kinds(static_cast<v1::MatchList::Kind>(number));
  }
  authorisation.set_signer_member_id(reader.RecordId());
  authorisation.set_sign_date(reader.Text());
  authorisation.set_expire_date(reader.Text());
  authorisation.set_paper_sha256(reader.Text());
  authorisation.set_revoke_date(reader.Text());
  authorisation.set_subject(reader.Text());
  reader.Time(authorisation.mutable_create_time());
  return authorisation;
}

}  // namespace

void InsertAuthorisation(db::Tx& tx, const v1::MatchAuthorisation& authorisation) {
  const ids::RecordId id = IdOf(authorisation.authorisation_id());
  tx.Run(kInsert, id.shard, id.number, IdOf(authorisation.household_id()).number,
         db::IntegerArray(authorisation.kinds()), IdOf(authorisation.signer_member_id()).number,
         authorisation.sign_date(), authorisation.expire_date(), authorisation.paper_sha256(), authorisation.subject(),
         TimeLiteral(TimeOf(authorisation.create_time())));
}

std::optional<v1::MatchAuthorisation> LoadAuthorisationForUpdate(db::Tx& tx, const ids::RecordId& id) {
  const auto rows = tx.Run(kLock, id.shard, id.number);
  if (rows.empty()) return std::nullopt;
  return ReadAuthorisation(rows[0]);
}

std::vector<v1::MatchAuthorisation> ListAuthorisations(db::Tx& tx, const ids::RecordId& household, int limit) {
  std::vector<v1::MatchAuthorisation> authorisations;
  for (const auto& row : tx.Run(kList, household.shard, household.number, limit)) {
    authorisations.push_back(ReadAuthorisation(row));
  }
  return authorisations;
}

void RevokeAuthorisation(db::Tx& tx, const ids::RecordId& id, const std::string& date, const std::string& subject) {
  tx.Run(kRevoke, id.shard, id.number, date, subject);
}

std::set<std::pair<int32_t, int64_t>> FindAuthorised(db::Tx& tx, absl::Span<const ids::RecordId> households,
                                                     v1::MatchList::Kind kind, const std::string& day) {
  std::set<std::pair<int32_t, int64_t>> authorised;
  const IdArrays arrays = ArraysOf(households);
  for (const auto& row : tx.Run(kFindAuthorised, arrays.shards, arrays.numbers, static_cast<int>(kind), day)) {
    authorised.emplace(row[0].as<int32_t>(), row[1].as<int64_t>());
  }
  return authorised;
}

}  // namespace bangfu::registration::store
