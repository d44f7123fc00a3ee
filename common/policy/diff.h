// What differs between two messages of a type, in words: by field path and by the Chinese labels of the fields. Pure.
#ifndef BANGFU_COMMON_POLICY_DIFF_H_
#define BANGFU_COMMON_POLICY_DIFF_H_

#include <vector>

#include "bangfu/policy/v1/policy.pb.h"
#include "google/protobuf/message.h"

namespace bangfu::policy {

// The differences from `a` to `b`, in order of declaration, one for each value that differs. Items of a list of
// messages are told apart by their first field if that is a text and differs between all of them
// (body.holidays[春节].last_day), else by their number from 1; lists of plain values are compared as a whole. What
// stands in google.protobuf.Any is entered if both are of one type, and else left out. Values as people read them (see
// api::DisplayValue).
std::vector<v1::PolicyChange> Diff(const google::protobuf::Message& a, const google::protobuf::Message& b);

// The same of two documents: title, validity, source and body.
std::vector<v1::PolicyChange> DiffDocuments(const v1::PolicyDocument& a, const v1::PolicyDocument& b);

}  // namespace bangfu::policy

#endif  // BANGFU_COMMON_POLICY_DIFF_H_
