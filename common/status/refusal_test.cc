#include "common/status/refusal.h"

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
