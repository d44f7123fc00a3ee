#include "services/gateway/store/account_store.h"

#include <utility>

#include "bangfu/gateway/v1/reason.pb.h"
#include "common/status/refusal.h"
#include "services/gateway/store/row.h"

namespace bangfu::gateway::store {
namespace {

constexpr db::Statement kSelect = {"account.select", R"sql(
  SELECT account_id, display_name, unit, disabled, password_hash,
         (extract(epoch FROM password_changed_at) * 1000000)::bigint, must_change, totp_secret, totp_pending,
         totp_last_step, (extract(epoch FROM created_at) * 1000000)::bigint, reset_proposer,
         (extract(epoch FROM reset_proposed_at) * 1000000)::bigint,
         (extract(epoch FROM totp_pending_at) * 1000000)::bigint
  FROM account WHERE account_id = $1)sql"};

constexpr db::Statement kSelectForUpdate = {"account.select_for_update", R"sql(
  SELECT account_id, display_name, unit, disabled, password_hash,
         (extract(epoch FROM password_changed_at) * 1000000)::bigint, must_change, totp_secret, totp_pending,
         totp_last_step, (extract(epoch FROM created_at) * 1000000)::bigint, reset_proposer,
         (extract(epoch FROM reset_proposed_at) * 1000000)::bigint,
         (extract(epoch FROM totp_pending_at) * 1000000)::bigint
  FROM account WHERE account_id = $1 FOR UPDATE)sql"};

constexpr db::Statement kSelectListed = {"account.select_listed", R"sql(
  SELECT a.account_id, a.display_name, a.unit, a.disabled, a.password_hash,
         (extract(epoch FROM a.password_changed_at) * 1000000)::bigint, a.must_change, a.totp_secret, a.totp_pending,
         a.totp_last_step, (extract(epoch FROM a.created_at) * 1000000)::bigint, a.reset_proposer,
         (extract(epoch FROM a.reset_proposed_at) * 1000000)::bigint,
         (extract(epoch FROM a.totp_pending_at) * 1000000)::bigint,
         coalesce(f.failed_count, 0), (extract(epoch FROM f.locked_until) * 1000000)::bigint
  FROM account a
  CROSS JOIN LATERAL (
    SELECT max(failed_count) AS failed_count, max(locked_until) AS locked_until
    FROM sign_in_failure WHERE name_digest = sha256(convert_to(a.account_id, 'UTF8'))) AS f
  WHERE a.account_id = $1)sql"};

constexpr db::Statement kList = {"account.list", R"sql(
  SELECT a.account_id, a.display_name, a.unit, a.disabled, a.password_hash,
         (extract(epoch FROM a.password_changed_at) * 1000000)::bigint, a.must_change, a.totp_secret, a.totp_pending,
         a.totp_last_step, (extract(epoch FROM a.created_at) * 1000000)::bigint, a.reset_proposer,
         (extract(epoch FROM a.reset_proposed_at) * 1000000)::bigint,
         (extract(epoch FROM a.totp_pending_at) * 1000000)::bigint,
         coalesce(f.failed_count, 0), (extract(epoch FROM f.locked_until) * 1000000)::bigint
  FROM account a
  CROSS JOIN LATERAL (
    SELECT max(failed_count) AS failed_count, max(locked_until) AS locked_until
    FROM sign_in_failure WHERE name_digest = sha256(convert_to(a.account_id, 'UTF8'))) AS f
  WHERE a.account_id > $1 ORDER BY a.account_id LIMIT $2)sql"};

constexpr db::Statement kInsert = {"account.insert", R"sql(
  INSERT INTO account (account_id, display_name, unit, password_hash, password_changed_at, must_change, created_at,
                       identity_digest)
  VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8::bytea, '')) ON CONFLICT DO NOTHING)sql"};

constexpr db::Statement kFindName = {"account.find_name",
                                     "SELECT EXISTS (SELECT 1 FROM account WHERE account_id = $1)"};

constexpr db::Statement kUpdate = {"account.update", R"sql(
  UPDATE account SET disabled = $2, password_hash = $3, password_changed_at = $4, must_change = $5, totp_secret = $6,
         totp_pending = $7, totp_last_step = $8, reset_proposer = $9, reset_proposed_at = $10,
         totp_pending_at = $11
  WHERE account_id = $1)sql"};

constexpr db::Statement kLockTable = {"account.lock_table", "LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE"};
constexpr db::Statement kFindAny = {"account.find_any", "SELECT EXISTS (SELECT 1 FROM account)"};

constexpr db::Statement kLastPasswords = {"password_history.last", R"sql(
  SELECT password_hash FROM password_history WHERE account_id = $1 ORDER BY id DESC LIMIT $2)sql"};

constexpr db::Statement kInsertPassword = {"password_history.insert",
                                           "INSERT INTO password_history (account_id, password_hash) VALUES ($1, $2)"};

constexpr db::Statement kForgetPasswords = {"password_history.forget", R"sql(
  DELETE FROM password_history WHERE id IN (
    SELECT id FROM password_history WHERE account_id = $1 ORDER BY id DESC OFFSET $2))sql"};

constexpr db::Statement kSelectFailures = {"sign_in_failure.select", R"sql(
  SELECT failed_count, (extract(epoch FROM locked_until) * 1000000)::bigint, source_digest = ''
  FROM sign_in_failure
  WHERE name_digest = sha256(convert_to($1, 'UTF8')) AND source_digest IN ('', sha256(convert_to($2, 'UTF8'))))sql"};

constexpr db::Statement kSaveFailures = {"sign_in_failure.save", R"sql(
  INSERT INTO sign_in_failure (name_digest, source_digest, failed_count, locked_until, last_failed_at)
  VALUES (sha256(convert_to($1, 'UTF8')), sha256(convert_to($2, 'UTF8')), $3, $4, $7),
         (sha256(convert_to($1, 'UTF8')), '', $5, $6, $7)
  ON CONFLICT (name_digest, source_digest) DO UPDATE
  SET failed_count = excluded.failed_count, locked_until = excluded.locked_until,
      last_failed_at = excluded.last_failed_at)sql"};

constexpr db::Statement kForgetFailures = {"sign_in_failure.forget", R"sql(
  DELETE FROM sign_in_failure WHERE (name_digest, source_digest) IN (
    SELECT name_digest, source_digest FROM sign_in_failure WHERE last_failed_at < $1::timestamptz - interval '1 day'
    ORDER BY last_failed_at LIMIT 10 FOR UPDATE SKIP LOCKED))sql"};

constexpr db::Statement kClearFailures = {
    "sign_in_failure.clear", "DELETE FROM sign_in_failure WHERE name_digest = sha256(convert_to($1, 'UTF8'))"};

AccountRecord ReadAccount(const pqxx::row& row) {
  AccountRecord account;
  account.shown.set_account_id(row[0].as<std::string>());
  account.shown.set_display_name(row[1].as<std::string>());
  account.shown.set_unit(row[2].as<std::string>());
  account.disabled = row[3].as<bool>();
  account.password_hash = row[4].as<std::string>();
  account.password_changed_at = TimeIn(row[5]);
  account.must_change = row[6].as<bool>();
  account.totp_secret = db::BytesOf(row[7]);
  account.totp_pending = db::BytesOf(row[8]);
  account.totp_last_step = row[9].as<int64_t>();
  account.reset_proposer = row[11].as<std::string>();
  account.reset_proposed_at = TimeIn(row[12], absl::InfinitePast());
  account.totp_pending_at = TimeIn(row[13], absl::InfinitePast());
  const int64_t micros = row[10].as<int64_t>();
  account.shown.mutable_create_time()->set_seconds(micros / 1'000'000);
  account.shown.mutable_create_time()->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
  return account;
}

Failures ReadFailures(const pqxx::field& count, const pqxx::field& locked_until) {
  return {count.as<int>(), TimeIn(locked_until, absl::InfinitePast())};
}

std::optional<AccountRecord> FirstAccount(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return ReadAccount(rows[0]);
}

}  // namespace

std::optional<AccountRecord> FindAccount(db::Tx& tx, const std::string& account_id) {
  return FirstAccount(tx.Run(kSelect, account_id));
}

std::optional<AccountRecord> FindAccountForUpdate(db::Tx& tx, const std::string& account_id) {
  return FirstAccount(tx.Run(kSelectForUpdate, account_id));
}

absl::StatusOr<AccountRecord> LoadAccountForUpdate(db::Tx& tx, const std::string& account_id) {
  std::optional<AccountRecord> account = FindAccountForUpdate(tx, account_id);
  if (!account) return status::Refuse(v1::ACCOUNT_NOT_FOUND);
  return *std::move(account);
}

std::optional<ListedAccount> FindListedAccount(db::Tx& tx, const std::string& account_id) {
  const pqxx::result rows = tx.Run(kSelectListed, account_id);
  if (rows.empty()) return std::nullopt;
  return ListedAccount{ReadAccount(rows[0]), ReadFailures(rows[0][14], rows[0][15])};
}

std::vector<ListedAccount> ListAccounts(db::Tx& tx, const std::string& after, int limit) {
  std::vector<ListedAccount> accounts;
  for (const pqxx::row& row : tx.Run(kList, after, limit)) {
    accounts.push_back({ReadAccount(row), ReadFailures(row[14], row[15])});
  }
  return accounts;
}

absl::Status InsertAccount(db::Tx& tx, const AccountRecord& account, absl::Time now) {
  const pqxx::result rows = tx.Run(kInsert, account.shown.account_id(), account.shown.display_name(),
                                   account.shown.unit(), account.password_hash, Timestamp(account.password_changed_at),
                                   account.must_change, Timestamp(now), db::Bytes(account.identity_digest));
  if (rows.affected_rows() == 1) return absl::OkStatus();
  const bool name_taken = tx.Run(kFindName, account.shown.account_id())[0][0].as<bool>();
  return status::Refuse(name_taken ? v1::ACCOUNT_NAME_TAKEN : v1::PERSON_HAS_ACCOUNT);
}

void UpdateAccount(db::Tx& tx, const AccountRecord& account) {
  tx.Run(kUpdate, account.shown.account_id(), account.disabled, account.password_hash,
         Timestamp(account.password_changed_at), account.must_change, db::Bytes(account.totp_secret),
         db::Bytes(account.totp_pending), account.totp_last_step, account.reset_proposer,
         Timestamp(account.reset_proposed_at), Timestamp(account.totp_pending_at));
}

bool LockAndFindAnyAccount(db::Tx& tx) {
  tx.Run(kLockTable);
  return tx.Run(kFindAny)[0][0].as<bool>();
}

std::vector<std::string> LastPasswords(db::Tx& tx, const std::string& account_id, int limit) {
  std::vector<std::string> hashes;
  for (const pqxx::row& row : tx.Run(kLastPasswords, account_id, limit)) hashes.push_back(row[0].as<std::string>());
  return hashes;
}

void AddPassword(db::Tx& tx, const std::string& account_id, const std::string& password_hash, int keep) {
  tx.Run(kInsertPassword, account_id, password_hash);
  tx.Run(kForgetPasswords, account_id, keep);
}

NameFailures LoadFailures(db::Tx& tx, const std::string& name, const std::string& source) {
  NameFailures failures;
  for (const pqxx::row& row : tx.Run(kSelectFailures, name, source)) {
    (row[2].as<bool>() ? failures.everywhere : failures.from_source) = ReadFailures(row[0], row[1]);
  }
  return failures;
}

void SaveFailures(db::Tx& tx, const std::string& name, const std::string& source, const NameFailures& failures,
                  absl::Time now) {
  const auto& [from_source, everywhere] = failures;
  tx.Run(kSaveFailures, name, source, from_source.count, Timestamp(from_source.locked_until), everywhere.count,
         Timestamp(everywhere.locked_until), Timestamp(now));
  tx.Run(kForgetFailures, Timestamp(now));
}

void ClearFailures(db::Tx& tx, const std::string& name) { tx.Run(kClearFailures, name); }

}  // namespace bangfu::gateway::store
