// Every declaration says what it is: the manual, the OpenAPI document and the forms are made of these words.
#include <set>
#include <string>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/contract/contract.h"

namespace bangfu::contract {
namespace {

TEST(CommentContract, EveryDeclarationHasAComment) {
  for (const auto* service : TheContract().services) EXPECT_NE(Comment(*service), "") << Where(*service);
  for (const auto* method : TheContract().methods) EXPECT_NE(Comment(*method), "") << Where(*method);
  for (const auto* message : TheContract().messages) EXPECT_NE(Comment(*message), "") << Where(*message);
  for (const auto* field : TheContract().fields) EXPECT_NE(Comment(*field), "") << Where(*field);
  for (const auto* type : TheContract().enums) {
    EXPECT_NE(Comment(*type), "") << Where(*type);
    for (int i = 0; i < type->value_count(); ++i) EXPECT_NE(Comment(*type->value(i)), "") << Where(*type->value(i));
  }
}

// A method's comment lists the refusals it may answer after "Errors:"; each of them exists.
TEST(CommentContract, ErrorsThatAMethodAnnouncesExist) {
  std::set<std::string> reasons;
  for (const auto* type : TheContract().enums) {
    for (int i = 0; i < type->value_count(); ++i) {
      if (type->value(i)->options().HasExtension(options::v1::refusal)) reasons.insert(type->value(i)->name());
    }
  }
  for (const auto* method : TheContract().methods) {
    const std::string comment = Comment(*method);
    const size_t errors = comment.find("Errors:");
    if (errors == std::string::npos) continue;
    for (const auto word : absl::StrSplit(comment.substr(errors), absl::ByAnyChar(" ,.;:\n()"), absl::SkipEmpty())) {
      const bool is_reason = word.find('_') != std::string::npos && word == absl::AsciiStrToUpper(word);
      EXPECT_TRUE(!is_reason || reasons.count(std::string(word)) > 0) << Where(*method) << ": no reason " << word;
    }
  }
}

}  // namespace
}  // namespace bangfu::contract
