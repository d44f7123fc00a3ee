// The catalogue of refusals is complete: each reason has a canonical code and tells what, why and what to do.
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "tests/contract/contract.h"

namespace bangfu::contract {
namespace {

// An enum of refusals: its name says so.
bool IsCatalogue(const google::protobuf::EnumDescriptor& type) {
  return type.containing_type() == nullptr && absl::EndsWith(type.name(), "Reason");
}

// Whether the text is the name of a canonical code other than OK.
bool IsErrorCode(const std::string& name) {
  for (int code = 1; code <= 16; ++code) {
    if (name == absl::StatusCodeToString(static_cast<absl::StatusCode>(code))) return true;
  }
  return false;
}

TEST(ReasonContract, EveryReasonIsACompleteRefusal) {
  for (const auto* type : TheContract().enums) {
    if (!IsCatalogue(*type)) continue;
    for (int i = 1; i < type->value_count(); ++i) {
      const auto& value = *type->value(i);
      ASSERT_TRUE(value.options().HasExtension(options::v1::refusal)) << Where(value) << " has no refusal";
      const auto& refusal = value.options().GetExtension(options::v1::refusal);
      EXPECT_TRUE(IsErrorCode(refusal.code())) << Where(value) << " has no canonical code: " << refusal.code();
      EXPECT_NE(refusal.text(), "") << Where(value);
      EXPECT_NE(refusal.cause(), "") << Where(value);
      EXPECT_NE(refusal.action(), "") << Where(value);
    }
  }
}

// Clients and people know a reason by its name alone.
TEST(ReasonContract, NamesAreUniqueInTheSuite) {
  std::set<std::string> names;
  for (const auto* type : TheContract().enums) {
    if (!IsCatalogue(*type)) continue;
    for (int i = 1; i < type->value_count(); ++i) {
      EXPECT_TRUE(names.insert(type->value(i)->name()).second) << Where(*type->value(i));
    }
  }
}

TEST(ReasonContract, OnlyCataloguesHoldRefusals) {
  for (const auto* type : TheContract().enums) {
    if (IsCatalogue(*type)) continue;
    for (int i = 0; i < type->value_count(); ++i) {
      EXPECT_FALSE(type->value(i)->options().HasExtension(options::v1::refusal)) << Where(*type->value(i));
    }
  }
}

TEST(ReasonContract, StatesAndChoicesHaveChineseLabels) {
  for (const auto* type : TheContract().enums) {
    if (IsAnnotation(*type) || IsCatalogue(*type)) continue;
    for (int i = 1; i < type->value_count(); ++i) {
      EXPECT_NE(type->value(i)->options().GetExtension(options::v1::label), "") << Where(*type->value(i));
    }
  }
}

}  // namespace
}  // namespace bangfu::contract
