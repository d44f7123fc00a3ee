// Hides sealed values (identity numbers, phones, accounts) and health details in what is about to be answered.
// Thread-safe.
#ifndef BANGFU_COMMON_API_MASK_H_
#define BANGFU_COMMON_API_MASK_H_

#include <string>

#include "absl/strings/string_view.h"
#include "bangfu/options/v1/options.pb.h"
#include "google/protobuf/message.h"

namespace bangfu::api {

// Replaces every SEALED text that is not empty, at any depth, by MaskText. Masking twice is masking once. Costs one
// look-up for a message that can hold none.
void MaskSealed(google::protobuf::Message* message);

// The same for HEALTH texts.
void MaskHealth(google::protobuf::Message* message);

// Whether a message of this type can hold a sealed field or a health detail, itself or in messages below it.
bool HasSealed(const google::protobuf::Descriptor* type);
bool HasHealth(const google::protobuf::Descriptor* type);

// How a sealed text of this format is shown: identity number 150*************1X, phone 138****21, account ****1234,
// anything else, and what is too short for these, ***. An empty text stays empty.
std::string MaskText(options::v1::Format format, absl::string_view text);

// Whether a text of a SEALED or HEALTH field is masked, as by MaskText: shown, never meant.
bool IsMasked(const options::v1::Field& annotation, absl::string_view text);

}  // namespace bangfu::api

#endif  // BANGFU_COMMON_API_MASK_H_
