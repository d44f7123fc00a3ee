// The JSON reader and writer against protobuf's own, over every message of the contracts.
#include <random>
#include <set>

#include "absl/strings/match.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "bangfu/operations/v1/operation_service.pb.h"
#include "common/status/refusal.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "services/gateway/edge/field_path.h"
#include "services/gateway/edge/json_reader.h"
#include "services/gateway/edge/json_writer.h"
#include "services/gateway/edge/method_catalogue.h"

namespace bangfu::edge {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::util::MessageDifferencer;

class Filler {
 public:
  explicit Filler(unsigned seed) : random_(seed) {}

  void Fill(Message* message, int depth) {
    const Descriptor& type = *message->GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor* field = type.field(i);
      if (Below(3) == 0) continue;
      if (field->message_type() != nullptr && depth == 0) continue;
      int count = field->is_map() ? 1 : field->is_repeated() ? Below(4) : 1;
      for (int n = 0; n < count; ++n) Put(field, message, depth);
    }
  }

 private:
  int Below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

  std::string Text() {
    static const char* const kTexts[] = {"",         "帮扶",         "a\"b\\c", "line\nbreak\t",
                                         "\x01\x7f", "<b>&amp;</b>", "😀",       "150526"};
    return kTexts[Below(8)];
  }

  int64_t Number() {
    static const int64_t kNumbers[] = {0, 1, -1, 9007199254740993, INT64_MAX, INT64_MIN, 2147483647, -2147483648};
    return kNumbers[Below(8)];
  }

  void Put(const FieldDescriptor* f, Message* m, int depth) {
    const auto* r = m->GetReflection();
    bool many = f->is_repeated();
    switch (f->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32: {
        auto v = static_cast<int32_t>(Number());
        many ? r->AddInt32(m, f, v) : r->SetInt32(m, f, v);
        break;
      }
      case FieldDescriptor::CPPTYPE_UINT32: {
        auto v = static_cast<uint32_t>(Number());
        many ? r->AddUInt32(m, f, v) : r->SetUInt32(m, f, v);
        break;
      }
      case FieldDescriptor::CPPTYPE_INT64: {
        int64_t v = Number();
        many ? r->AddInt64(m, f, v) : r->SetInt64(m, f, v);
        break;
      }
      case FieldDescriptor::CPPTYPE_UINT64: {
        auto v = static_cast<uint64_t>(Number());
        many ? r->AddUInt64(m, f, v) : r->SetUInt64(m, f, v);
        break;
      }
      case FieldDescriptor::CPPTYPE_DOUBLE: {
        double v = static_cast<double>(Number()) / 7;
        many ? r->AddDouble(m, f, v) : r->SetDouble(m, f, v);
        break;
      }
      case FieldDescriptor::CPPTYPE_FLOAT: {
        float v = static_cast<float>(Number()) / 7;
        many ? r->AddFloat(m, f, v) : r->SetFloat(m, f, v);
        break;
      }
      case FieldDescriptor::CPPTYPE_BOOL: {
        bool v = Below(2) == 1;
        many ? r->AddBool(m, f, v) : r->SetBool(m, f, v);
        break;
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        const auto* v = f->enum_type()->value(Below(f->enum_type()->value_count()));
        many ? r->AddEnum(m, f, v) : r->SetEnum(m, f, v);
        break;
      }
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string v = f->type() == FieldDescriptor::TYPE_BYTES ? std::string("\x00\xff\x10z", 4) : Text();
        many ? r->AddString(m, f, v) : r->SetString(m, f, v);
        break;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        Message* child = many ? r->AddMessage(m, f) : r->MutableMessage(m, f);
        if (f->message_type()->full_name() == "google.protobuf.Timestamp") {
          static const int64_t kTimes[] = {0, 1, 1700000000, -62135596800, 253402300799};
          static const int kNanos[] = {0, 500'000'000, 1'000, 7};
          child->GetReflection()->SetInt64(child, child->GetDescriptor()->field(0), kTimes[Below(5)]);
          child->GetReflection()->SetInt32(child, child->GetDescriptor()->field(1), kNanos[Below(4)]);
        } else if (!IsWellKnown(*f->message_type())) {
          Fill(child, depth - 1);
        }
        break;
      }
    }
  }

  std::mt19937 random_;
};

std::set<const Descriptor*> LinkedMessages() {
  std::set<const Descriptor*> types;
  for (const auto* service : LinkedServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      types.insert(service->method(i)->input_type());
      types.insert(service->method(i)->output_type());
    }
  }
  types.insert(audit::v1::SealedRecord::descriptor());
  return types;
}

std::string ProtobufJson(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &text, options).ok());
  return text;
}

TEST(JsonCodecTest, AgreesWithProtobufOnEveryMessage) {
  unsigned seed = 1;
  for (const Descriptor* type : LinkedMessages()) {
    for (int round = 0; round < 30; ++round) {
      std::unique_ptr<Message> message(MessageFactory::generated_factory()->GetPrototype(type)->New());
      Filler(seed++).Fill(message.get(), 4);
      std::string mine;
      WriteJson(*message, &mine);
      std::string theirs = ProtobufJson(*message);
      ASSERT_EQ(nlohmann::json::parse(mine), nlohmann::json::parse(theirs)) << type->full_name() << "\n" << theirs;

      for (const std::string& text : {mine, theirs}) {
        std::unique_ptr<Message> back(message->New());
        absl::Status status = ReadJson(text, back.get());
        ASSERT_TRUE(status.ok()) << type->full_name() << status << text;
        ASSERT_TRUE(MessageDifferencer::Equals(*message, *back)) << text;
      }
    }
  }
}

// Whatever the strict reader takes, protobuf takes too, and reads the same.
TEST(JsonCodecTest, IsNeverLaxerThanProtobuf) {
  std::mt19937 random(7);
  audit::v1::SealedRecord record;
  int taken = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    record.Clear();
    Filler(seed).Fill(&record, 3);
    std::string text;
    WriteJson(record, &text);
    text[random() % text.size()] = "\"{}[],:0159.eE-nt\\ua"[random() % 21];
    audit::v1::SealedRecord mine, theirs;
    if (!ReadJson(text, &mine).ok()) continue;
    ++taken;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(text, &theirs).ok()) << text;
    ASSERT_TRUE(MessageDifferencer::Equals(mine, theirs)) << text;
  }
  EXPECT_GT(taken, 100);
}

TEST(JsonCodecTest, IsStricterThanProtobuf) {
  const char* const texts[] = {
      R"({"state":2})",          // an enum by number
      R"({"state":"2"})",        //
      R"({"state":"running"})",  // another case
      R"({"operationId":5})",    // a number where a text belongs
      R"({"doneCount":1.5})",    // not whole
      R"({"doneCount":"x"})",    //
      R"({"doneCount":9223372036854775808})",
      R"({"doneCount":1,"done_count":2})",  // the two names of one field
      R"({"nothing":1})",                   // unknown
      R"({"createTime":"2017-07-14"})",     // no time
      R"({"createTime":{}})",               //
      R"([])",
  };
  for (const char* text : texts) {
    operations::v1::Operation operation;
    absl::Status status = ReadJson(text, &operation);
    EXPECT_EQ(status::ReasonOf(status), "MALFORMED_REQUEST") << text;
  }
  for (const char* text : {R"({"objects":"x"})", R"({"objects":[null]})", R"({"objects":[1]})", R"({"objects":{}})"}) {
    audit::v1::AuditRecord record;
    EXPECT_FALSE(ReadJson(text, &record).ok()) << text;
  }
}

TEST(JsonCodecTest, NamesTheFieldAndNotTheValue) {
  audit::v1::SealedRecord sealed;
  absl::Status status = ReadJson(R"({"record":{"objects":["a",{"x":"11010119900307757X"}]}})", &sealed);
  ASSERT_EQ(status::BadRequestOf(status).field_violations_size(), 1);
  EXPECT_EQ(status::BadRequestOf(status).field_violations(0).field(), "record.objects[1]");
  EXPECT_EQ(status::BadRequestOf(status).field_violations(0).description(), "字段“记录的对象编号第2项”应为字符串");
  EXPECT_FALSE(absl::StrContains(status.ToString(), "110101"));
}

TEST(JsonCodecTest, TakesBothNamesNumbersAsTextsAndNull) {
  operations::v1::Operation operation;
  ASSERT_TRUE(
      ReadJson(R"({"operation_id":"x","doneCount":12,"totalCount":"13","rate":1e1,"phase":null})", &operation).ok());
  EXPECT_EQ(operation.ShortDebugString(), "operation_id: \"x\" done_count: 12 total_count: 13 rate: 10");
}

TEST(JsonCodecTest, WritesBrokenTextAsReplacement) {
  std::string out;
  WriteJsonString("a\xFF<\xE4\xB8", &out);
  EXPECT_EQ(out, "\"a\xEF\xBF\xBD\\u003c\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace bangfu::edge
