#include "common/status/refusal.h"

#include <array>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace bangfu::status {
namespace {

constexpr char kTypePrefix[] = "type.googleapis.com/";
constexpr char kDomain[] = "bangfu";
constexpr size_t kMostFields = 20;

constexpr std::array<const char*, 17> kCodeNames = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

absl::StatusCode CodeNamed(absl::string_view name) {
  for (size_t i = 0; i < kCodeNames.size(); ++i) {
    if (name == kCodeNames[i]) return static_cast<absl::StatusCode>(i);
  }
  return absl::StatusCode::kInternal;
}

template <typename Message>
std::string UrlOf() {
  return absl::StrCat(kTypePrefix, Message::descriptor()->full_name());
}

template <typename Message>
void Attach(absl::Status& status, const Message& message) {
  status.SetPayload(UrlOf<Message>(), absl::Cord(message.SerializeAsString()));
}

template <typename Message>
Message DetailOf(const absl::Status& status) {
  Message message;
  if (auto payload = status.GetPayload(UrlOf<Message>())) message.ParseFromString(std::string(*payload));
  return message;
}

std::string Fill(std::string text, const Metadata& metadata) {
  for (const auto& [key, value] : metadata) absl::StrReplaceAll({{absl::StrCat("{", key, "}"), value}}, &text);
  return text;
}

// A text that ends with what was filled in has no end of its own.
std::string Sentence(std::string text) { return absl::EndsWith(text, "。") ? text : absl::StrCat(text, "。"); }

}  // namespace

absl::Status RefuseValue(const google::protobuf::EnumValueDescriptor& reason, const Metadata& metadata,
                         const std::vector<FieldError>& fields) {
  const options::v1::Refusal& entry = reason.options().GetExtension(options::v1::refusal);
  absl::Status status(CodeNamed(entry.code()), reason.name());

  google::rpc::ErrorInfo info;
  info.set_reason(reason.name());
  info.set_domain(kDomain);
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[key] = value;
  Attach(status, info);

  google::rpc::LocalizedMessage localized;
  localized.set_locale("zh-CN");
  localized.set_message(absl::StrCat(Sentence(Fill(entry.text(), metadata)), Fill(entry.action(), metadata)));
  Attach(status, localized);

  if (!fields.empty()) {
    google::rpc::BadRequest bad;
    for (const FieldError& field : fields) {
      auto* violation = bad.add_field_violations();
      violation->set_field(field.path);
      violation->set_description(field.description);
    }
    Attach(status, bad);
  }
  return status;
}

absl::Status RefuseFields(const std::vector<FieldError>& fields, Reason reason) {
  // The number of those left out takes a place of its own, so that one fault more is told in its stead.
  if (fields.size() > kMostFields + 1) {
    std::vector<FieldError> first(fields.begin(), fields.begin() + kMostFields);
    first.push_back({"", absl::StrCat("另有 ", fields.size() - kMostFields, " 处错误未列出")});
    return RefuseFields(first, reason);
  }
  std::string all = absl::StrJoin(
      fields, "; ", [](std::string* out, const FieldError& field) { absl::StrAppend(out, field.description); });
  return Refuse(reason, {{"fields", all}}, fields);
}

std::string ReasonOf(const absl::Status& status) { return ErrorInfoOf(status).reason(); }

google::rpc::ErrorInfo ErrorInfoOf(const absl::Status& status) { return DetailOf<google::rpc::ErrorInfo>(status); }

google::rpc::BadRequest BadRequestOf(const absl::Status& status) { return DetailOf<google::rpc::BadRequest>(status); }

google::rpc::LocalizedMessage LocalizedMessageOf(const absl::Status& status) {
  return DetailOf<google::rpc::LocalizedMessage>(status);
}

absl::Status WithRetryDelay(absl::Status status, int seconds) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(seconds);
  Attach(status, retry);
  return status;
}

absl::Status Overloaded() { return WithRetryDelay(Refuse(Reason::OVERLOADED, {{"retry_seconds", "1"}}), 1); }

int RetryDelaySecondsOf(const absl::Status& status) {
  return static_cast<int>(DetailOf<google::rpc::RetryInfo>(status).retry_delay().seconds());
}

}  // namespace bangfu::status
