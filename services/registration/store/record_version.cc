#include "services/registration/store/record_version.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status/macros.h"
#include "services/registration/store/row.h"

namespace bangfu::registration::store {
namespace {

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

std::string SealVersion(const crypto::Sealer& sealer, const VersionKey& key, const google::protobuf::Message& message) {
  return sealer.Seal({kService, "record_version", "body", RowIdOf(key)}, message.SerializeAsString());
}

absl::Status OpenVersion(const crypto::Sealer& sealer, const VersionKey& key, absl::string_view body,
                         google::protobuf::Message* message) {
  ASSIGN_OR_RETURN(const std::string bytes, sealer.Open({kService, "record_version", "body", RowIdOf(key)}, body));
  return message->ParseFromString(bytes) ? absl::OkStatus() : absl::DataLossError("record_version.body");
}

}  // namespace bangfu::registration::store
