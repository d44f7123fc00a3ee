// Every field says in words and in its annotation what it is and how it takes part, and the two agree.
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/contract/contract.h"

namespace bangfu::contract {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// The word with which the comment of a field of this behavior begins.
std::string FirstWord(options::v1::Behavior behavior) {
  switch (behavior) {
    case options::v1::REQUIRED: return "Required. ";
    case options::v1::OUTPUT_ONLY: return "Output only. ";
    case options::v1::IMMUTABLE: return "Immutable. ";
    case options::v1::INPUT_ONLY: return "Input only. ";
    default: return "Optional. ";
  }
}

// All messages that can stand inside a message, itself included.
void AddReachable(const Descriptor& message, std::set<const Descriptor*>* reachable) {
  if (!reachable->insert(&message).second) return;
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->message_type() != nullptr) AddReachable(*message.field(i)->message_type(), reachable);
  }
}

TEST(FieldContract, EveryFieldHasAChineseLabel) {
  for (const auto* field : TheContract().fields) {
    if (IsAnnotation(*field)) continue;
    const std::string& label = Annotation(*field).label();
    EXPECT_FALSE(label.empty()) << Where(*field) << " has no label";
    EXPECT_TRUE(label.empty() || static_cast<unsigned char>(label[0]) >= 0xE3) << Where(*field) << ": " << label;
  }
}

TEST(FieldContract, EveryCommentBeginsWithTheBehavior) {
  for (const auto* field : TheContract().fields) {
    if (IsAnnotation(*field)) continue;
    const std::string word = FirstWord(Annotation(*field).behavior());
    EXPECT_TRUE(absl::StartsWith(Comment(*field), word))
        << Where(*field) << " should begin with '" << word << "': " << Comment(*field);
  }
}

TEST(FieldContract, NumbersAreSignedAndWhole) {
  for (const auto* field : TheContract().fields) {
    const auto type = field->cpp_type();
    EXPECT_TRUE(type != FieldDescriptor::CPPTYPE_DOUBLE && type != FieldDescriptor::CPPTYPE_FLOAT &&
                type != FieldDescriptor::CPPTYPE_UINT32 && type != FieldDescriptor::CPPTYPE_UINT64)
        << Where(*field);
  }
}

TEST(FieldContract, BoundsMakeSense) {
  for (const auto* field : TheContract().fields) {
    const auto& annotation = Annotation(*field);
    EXPECT_LE(annotation.min(), annotation.max()) << Where(*field);
    EXPECT_GE(annotation.max_length(), 0) << Where(*field);
    const bool is_code = annotation.format() == options::v1::CODE || annotation.format() == options::v1::CODES;
    EXPECT_EQ(is_code, !annotation.dictionary().empty()) << Where(*field) << ": code and dictionary go together";
  }
}

TEST(FieldContract, EveryDictionaryIsDelivered) {
  namespace fs = std::filesystem;
  std::string sql;
  for (const auto& entry : fs::directory_iterator(fs::path(BANGFU_SOURCE_DIR) / "services/registration/migrations")) {
    if (entry.path().extension() == ".sql") sql += ReadSource(fs::relative(entry.path(), BANGFU_SOURCE_DIR).string());
  }
  ASSERT_FALSE(sql.empty()) << "the migrations of registration cannot be read";
  for (const auto* field : TheContract().fields) {
    const std::string& dictionary = Annotation(*field).dictionary();
    if (dictionary.empty()) continue;
    EXPECT_TRUE(absl::StrContains(sql, absl::StrCat("'", dictionary, "'"))) << Where(*field) << ": " << dictionary;
  }
}

TEST(FieldContract, EveryColumnOfATableStandsOnce) {
  for (const auto* message : TheContract().messages) {
    std::map<std::string, std::string> owners;
    for (int i = 0; i < message->field_count(); ++i) {
      const auto& annotation = Annotation(*message->field(i));
      std::vector<std::string> headers(annotation.column_synonyms().begin(), annotation.column_synonyms().end());
      if (!annotation.column().empty()) headers.insert(headers.end(), {annotation.column(), annotation.label()});
      for (const std::string& header : headers) {
        const auto [owner, is_new] = owners.emplace(header, message->field(i)->name());
        EXPECT_TRUE(is_new || owner->second == message->field(i)->name())
            << Where(*message->field(i)) << " shares the header " << header << " with " << owner->second;
      }
    }
  }
}

// Identity numbers, phones, accounts and names of passwords are sealed; whoever adds one must not forget it.
TEST(FieldContract, WhatIsPersonalByFormatIsSealed) {
  for (const auto* field : TheContract().fields) {
    const auto format = Annotation(*field).format();
    if (format != options::v1::IDENTITY_NUMBER && format != options::v1::PHONE && format != options::v1::BANK_ACCOUNT) {
      continue;
    }
    EXPECT_EQ(Annotation(*field).sensitivity(), options::v1::SEALED) << Where(*field);
  }
}

// Events, audit records and operations go where the register's rights do not reach.
TEST(FieldContract, EventsAndTrailsCarryNoPersonalData) {
  std::set<const Descriptor*> reachable;
  for (const auto* message : TheContract().messages) {
    const std::string& file = message->file()->name();
    const std::string& package = message->file()->package();
    if (absl::EndsWith(file, "_events.proto") || package == "bangfu.events.v1" || package == "bangfu.audit.v1" ||
        package == "bangfu.operations.v1") {
      AddReachable(*message, &reachable);
    }
  }
  EXPECT_FALSE(reachable.empty());
  for (const auto* message : reachable) {
    for (int i = 0; i < message->field_count(); ++i) {
      EXPECT_EQ(Annotation(*message->field(i)).sensitivity(), options::v1::BUSINESS) << Where(*message->field(i));
    }
  }
}

}  // namespace
}  // namespace bangfu::contract
