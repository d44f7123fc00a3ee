#include "services/gateway/edge/errors.h"

#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/place.h"
#include "common/status/grpc_status.h"
#include "common/status/refusal.h"
#include "google/protobuf/util/json_util.h"
#include "services/gateway/edge/json_writer.h"

namespace bangfu::edge {
namespace {

using status::Reason;

struct CodeEntry {
  const char* name;
  int http;
  Reason reason;  // of a status that carries none
};

// In order of canonical code.
constexpr std::array<CodeEntry, 17> kCodes = {{
    {"OK", 200, Reason::REASON_UNSPECIFIED},
    {"CANCELLED", 499, Reason::CANCELLED},
    {"UNKNOWN", 500, Reason::INTERNAL},
    {"INVALID_ARGUMENT", 400, Reason::INTERNAL},
    {"DEADLINE_EXCEEDED", 504, Reason::DEADLINE_EXCEEDED},
    {"NOT_FOUND", 404, Reason::NOT_FOUND},
    {"ALREADY_EXISTS", 409, Reason::ALREADY_EXISTS},
    {"PERMISSION_DENIED", 403, Reason::PERMISSION_DENIED},
    {"RESOURCE_EXHAUSTED", 429, Reason::OVERLOADED},
    {"FAILED_PRECONDITION", 400, Reason::INTERNAL},
    {"ABORTED", 409, Reason::CONFLICT},
    {"OUT_OF_RANGE", 400, Reason::INTERNAL},
    {"UNIMPLEMENTED", 501, Reason::UNIMPLEMENTED},
    {"INTERNAL", 500, Reason::INTERNAL},
    {"UNAVAILABLE", 503, Reason::UNAVAILABLE},
    {"DATA_LOSS", 500, Reason::INTERNAL},
    {"UNAUTHENTICATED", 401, Reason::UNAUTHENTICATED},
}};

const CodeEntry& EntryOf(absl::StatusCode code) {
  auto index = static_cast<size_t>(code);
  return kCodes[index < kCodes.size() ? index : static_cast<size_t>(absl::StatusCode::kUnknown)];
}

// Over gRPC paths have the names of the contract, in JSON those that JSON gives them.
void UseJsonNames(google::protobuf::Any* detail) {
  google::rpc::BadRequest bad;
  if (!detail->UnpackTo(&bad)) return;
  for (auto& violation : *bad.mutable_field_violations()) violation.set_field(api::JsonPathOf(violation.field()));
  detail->PackFrom(bad);
}

std::string DetailsJson(const absl::Status& status) {
  std::string out = "[";
  google::rpc::Status proto = status::ToProto(status);
  for (google::protobuf::Any& detail : *proto.mutable_details()) {
    UseJsonNames(&detail);
    std::string text;
    // A detail of a type that is not linked into this program has no JSON form and is left out.
    if (!google::protobuf::util::MessageToJsonString(detail, &text).ok()) continue;
    absl::StrAppend(&out, out.size() > 1 ? "," : "", text);
  }
  return out + "]";
}

}  // namespace

int HttpStatusOf(const absl::Status& status) {
  std::string reason = status::ReasonOf(status);
  if (reason == "TOO_LARGE") return 413;
  if (reason == "OVERLOADED") return 503;
  return EntryOf(status.code()).http;
}

absl::string_view CodeName(absl::StatusCode code) { return EntryOf(code).name; }

absl::Status Presentable(const absl::Status& status, absl::string_view trace) {
  if (status.ok()) return status;
  if (!status::ReasonOf(status).empty()) {
    const bool bare = absl::IsUnavailable(status) && status::RetryDelaySecondsOf(status) == 0;
    return bare ? status::WithRetryDelay(status, 1) : status;
  }
  Reason reason = EntryOf(status.code()).reason;
  if (reason == Reason::INTERNAL) return status::Refuse(reason, {{"trace", std::string(trace)}});
  if (reason == Reason::UNAVAILABLE) return status::WithRetryDelay(status::Refuse(reason), 1);
  if (reason != Reason::OVERLOADED) return status::Refuse(reason);
  // gRPC itself refuses an answer above the message limit with the same code as a full queue.
  if (absl::StrContains(status.message(), "larger than max"))
    return status::Refuse(Reason::TOO_LARGE, {{"limit", "4 MB"}});
  return status::WithRetryDelay(status::Refuse(reason, {{"retry_seconds", "1"}}), 1);
}

std::string ErrorBody(const absl::Status& status, int http_status, absl::string_view trace) {
  std::string out =
      absl::StrCat("{\"error\":{\"code\":", http_status, ",\"status\":\"", CodeName(status.code()), "\",\"message\":");
  std::string message = status::LocalizedMessageOf(status).message();
  WriteJsonString(message.empty() ? CodeName(status.code()) : absl::string_view(message), &out);
  absl::StrAppend(&out, ",\"reason\":");
  WriteJsonString(status::ReasonOf(status), &out);
  absl::StrAppend(&out, ",\"trace\":");
  WriteJsonString(trace, &out);
  absl::StrAppend(&out, ",\"details\":", DetailsJson(status), "}}");
  return out;
}

}  // namespace bangfu::edge
