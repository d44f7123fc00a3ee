#include "common/api/etag.h"

#include "absl/strings/str_cat.h"
#include "common/status/refusal.h"

namespace bangfu::api {

std::string EtagOf(absl::string_view record_id, int64_t version) {
  return absl::StrCat("\"", record_id, ".", version, "\"");
}

absl::Status CheckEtag(absl::string_view given, absl::string_view record_id, int64_t version, EtagRule rule) {
  if (given.empty()) {
    if (rule == EtagRule::kOptional) return absl::OkStatus();
    return status::RefuseFields({{"etag", "版本标记: 请填写"}});
  }
  if (given != EtagOf(record_id, version)) return status::Refuse(status::Reason::ETAG_MISMATCH);
  return absl::OkStatus();
}

}  // namespace bangfu::api
