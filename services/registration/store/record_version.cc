#include "services/registration/store/record_version.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/macros.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

constexpr db::Statement kKeepBetween = {"record_version.keep_between", R"sql(
  INSERT INTO record_version (shard, household_id, kind, record_id, version, known_from, known_to, updated_by,
                              update_method, import_id, body, valid_from, area)
  SELECT shard, household_id, kind, record_id, version, known_from, known_from, updated_by, update_method, import_id,
         body, valid_from, area
  FROM json_populate_recordset(NULL::record_version, $1::json))sql"};

std::string RowIdOf(const VersionKey& key) {
  return absl::StrCat(key.shard, "-", static_cast<int>(key.kind), "-", key.record, "-", key.version);
}

}  // namespace

int64_t VersionOf(absl::string_view etag) {
  const absl::string_view name = absl::StripSuffix(etag, "\"");
  int64_t version = 0;
  return absl::SimpleAtoi(name.substr(name.rfind('.') + 1), &version) ? version : 0;
}

std::string ReportName(absl::string_view household_id, int32_t year) { return absl::StrCat(household_id, ".", year); }

void KeepBetween(db::Tx& tx, const std::vector<BetweenVersion>& versions) {
  if (versions.empty()) return;
  JsonRows rows;
  for (const BetweenVersion& version : versions) {
    JsonRow row = rows.Add();
    row["shard"] = version.key.shard;
    row["household_id"] = version.household;
    row["kind"] = static_cast<int>(version.key.kind);
    row["record_id"] = version.key.record;
    row["version"] = version.key.version;
    row["known_from"] = TimeLiteral(version.known);
    row["updated_by"] = version.author->subject;
    row["update_method"] = version.author->method;
    if (version.author->import_id) row["import_id"] = *version.author->import_id;
    row["body"] = HexBytes(version.body);
    row["valid_from"] = version.valid_from;
    row["area"] = version.area;
  }
  tx.Run(kKeepBetween, rows.Text());
}

std::string SealVersion(const crypto::Sealer& sealer, const VersionKey& key, const google::protobuf::Message& message) {
  return sealer.Seal({kService, "record_version", "body", RowIdOf(key)}, message.SerializeAsString());
}

absl::Status OpenVersion(const crypto::Sealer& sealer, const VersionKey& key, absl::string_view body,
                         google::protobuf::Message* message) {
  ASSIGN_OR_RETURN(const std::string bytes, sealer.Open({kService, "record_version", "body", RowIdOf(key)}, body));
  return message->ParseFromString(bytes) ? absl::OkStatus() : absl::DataLossError("record_version.body");
}

}  // namespace bangfu::registration::store
