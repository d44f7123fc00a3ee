#include "common/status/refusal.h"

#include "absl/strings/match.h"
#include "common/status/grpc_status.h"
#include "gtest/gtest.h"

namespace bangfu::status {
namespace {

TEST(RefusalTest, CarriesCodeReasonTextAndFieldsAcrossTheWire) {
  absl::Status sent = RefuseFields({{"household.area", "请填写所在村"}});
  absl::Status received = FromGrpc(ToGrpc(sent));

  EXPECT_EQ(received.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(received), "INVALID_FIELD");
  EXPECT_EQ(ErrorInfoOf(received).domain(), "bangfu");
  EXPECT_EQ(BadRequestOf(received).field_violations(0).field(), "household.area");
  EXPECT_EQ(LocalizedMessageOf(received).locale(), "zh-CN");
  EXPECT_NE(LocalizedMessageOf(received).message().find("请填写所在村"), std::string::npos);
}

TEST(RefusalTest, FillsPlaceholdersFromMetadata) {
  absl::Status status = WithRetryDelay(Refuse(Reason::OVERLOADED, {{"retry_seconds", "2"}}), 2);
  EXPECT_EQ(LocalizedMessageOf(status).message(), "系统繁忙, 请稍后再试。请在 2 秒后重试, 数据没有丢失。");
  EXPECT_EQ(RetryDelaySecondsOf(FromGrpc(ToGrpc(status))), 2);
}

// What travels in trailers must not grow with what is wrong: a receiver drops the connection over long ones.
TEST(RefusalTest, ManyFaultsAreToldByTheirNumber) {
  const std::vector<FieldError> faults(2000, {"areas[1999].code", "区域代码: 不在所在区域内"});
  const google::rpc::BadRequest told = BadRequestOf(RefuseFields(faults));
  ASSERT_EQ(told.field_violations_size(), 21);
  EXPECT_EQ(told.field_violations(20).description(), "另有 1980 处错误未列出");
  EXPECT_EQ(BadRequestOf(RefuseFields({faults.begin(), faults.begin() + 21})).field_violations_size(), 21);
}

TEST(RefusalTest, LongTextsAreCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "区";
  absl::Status long_ones[] = {
      RefuseFields({21, {"areas.code", text}}),
      Refuse(Reason::INVALID_FILTER, {{"detail", "x" + text}}),
      Refuse(Reason::INVALID_FIELD, Metadata{{"fields", text}}, std::vector<FieldError>(3000, {"areas.code", text})),
  };
  for (const absl::Status& sent : long_ones) {
    const grpc::Status wire = ToGrpc(sent);
    EXPECT_LE(wire.error_details().size(), 8u * 1024);
    const absl::Status received = FromGrpc(wire);
    EXPECT_EQ(received.code(), sent.code());
    EXPECT_EQ(ReasonOf(received), ReasonOf(sent));
    const google::rpc::ErrorInfo info = ErrorInfoOf(received);
    for (const auto& [key, value] : info.metadata()) EXPECT_TRUE(absl::EndsWith(value, "区…")) << value;
  }
  const grpc::Status foreign = ToGrpc(absl::InternalError(text));
  EXPECT_LE(foreign.error_message().size(), 1024u);
  EXPECT_TRUE(absl::EndsWith(foreign.error_message(), "区…"));
}

// Every shared reason says what happened, why, and what to do, and names a canonical code.
TEST(RefusalTest, CatalogueIsComplete) {
  const auto* reasons = google::protobuf::GetEnumDescriptor<Reason>();
  for (int i = 1; i < reasons->value_count(); ++i) {
    const auto& entry = reasons->value(i)->options().GetExtension(options::v1::refusal);
    EXPECT_FALSE(entry.code().empty() || entry.text().empty() || entry.action().empty() || entry.cause().empty())
        << reasons->value(i)->name();
    EXPECT_NE(RefuseValue(*reasons->value(i), {}, {}).code(), absl::StatusCode::kOk);
  }
}

}  // namespace
}  // namespace bangfu::status
