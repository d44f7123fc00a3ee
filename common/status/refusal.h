// Refusals: absl::Status values that carry one machine reason, metadata, field errors and a Chinese text.
//
// A reason is a value of a proto enum annotated with (bangfu.options.v1.refusal); the annotation gives the canonical
// code and the texts. So a misspelt reason does not compile, and the catalogue is part of the contract.
#ifndef BANGFU_COMMON_STATUS_REFUSAL_H_
#define BANGFU_COMMON_STATUS_REFUSAL_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/options/v1/options.pb.h"
#include "bangfu/options/v1/reason.pb.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "google/rpc/error_details.pb.h"

namespace bangfu::status {

using options::v1::Reason;

// Facts that a refusal's texts may name: key and value. Never personal data.
using Metadata = std::vector<std::pair<std::string, std::string>>;

// One field that is wrong: its path in the request (household.main_cause) and what to do, in Chinese.
struct FieldError {
  std::string path;
  std::string description;
};

// Reads the refusal of an enum value that carries the annotation. INTERNAL if it has none.
absl::Status RefuseValue(const google::protobuf::EnumValueDescriptor& reason, const Metadata& metadata,
                         const std::vector<FieldError>& fields);

// Makes the refusal of `reason`. `metadata` fills the {placeholders} of its texts.
template <typename ReasonEnum>
absl::Status Refuse(ReasonEnum reason, const Metadata& metadata = {}, const std::vector<FieldError>& fields = {}) {
  return RefuseValue(*google::protobuf::GetEnumDescriptor<ReasonEnum>()->FindValueByNumber(reason), metadata, fields);
}

// INVALID_FIELD, or another reason that tells of {fields}, with the first 20 fields that are wrong and how many more.
absl::Status RefuseFields(const std::vector<FieldError>& fields, Reason reason = Reason::INVALID_FIELD);

// The machine reason a status carries, such as ETAG_MISMATCH; empty if it carries none.
std::string ReasonOf(const absl::Status& status);

// The details a status carries; default instances if absent.
google::rpc::ErrorInfo ErrorInfoOf(const absl::Status& status);
google::rpc::BadRequest BadRequestOf(const absl::Status& status);
google::rpc::LocalizedMessage LocalizedMessageOf(const absl::Status& status);

// Adds a delay after which the caller may try again.
absl::Status WithRetryDelay(absl::Status status, int seconds);

// OVERLOADED: too much waits already; the caller may try again in a second.
absl::Status Overloaded();

// Seconds of the retry delay that a status carries; 0 if it carries none.
int RetryDelaySecondsOf(const absl::Status& status);

}  // namespace bangfu::status

#endif  // BANGFU_COMMON_STATUS_REFUSAL_H_
