#include "services/gateway/edge/transcode.h"

#include "absl/strings/str_join.h"
#include "bangfu/operations/v1/operation_service.pb.h"
#include "bangfu/registration/v1/household_service.pb.h"
#include "bangfu/registration/v1/import_service.pb.h"
#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::edge {
namespace {

using registration::v1::UpdateHouseholdRequest;

class TranscodeTest : public testing::Test {
 protected:
  static const RouteTable& Table() {
    static const auto* catalogue = new MethodCatalogue(LinkedServices());
    static const auto* table = new RouteTable(*RouteTable::Build(*catalogue));
    return *table;
  }

  static absl::StatusOr<std::unique_ptr<google::protobuf::Message>> Decode(absl::string_view verb,
                                                                           absl::string_view path,
                                                                           const RequestParts& parts) {
    RouteMatch match = Table().Match(verb, path);
    if (match.route == nullptr) return absl::NotFoundError("route");
    return DecodeRequest(*match.route, match.values, parts);
  }

  // The derived mask of a change of a household.
  static std::string Mask(absl::string_view body) {
    auto message = Decode("PATCH", "/v1/households/150526-0000000000000", {.body = body});
    if (!message.ok()) return status::ReasonOf(message.status());
    return absl::StrJoin(static_cast<const UpdateHouseholdRequest&>(**message).update_mask().paths(), ",");
  }
};

TEST_F(TranscodeTest, ParsesQueries) {
  auto query = ParseQuery("a=1&b=x+y%20z&c&d=&a=2");
  ASSERT_TRUE(query.ok());
  ASSERT_EQ(query->size(), 5u);
  EXPECT_EQ((*query)[1].second, "x y z");
  EXPECT_EQ((*query)[2].second, "");
  for (const char* broken : {"a=%", "a=%FF", "%00=1"}) EXPECT_FALSE(ParseQuery(broken).ok()) << broken;
  std::string many = "a=1";
  for (int i = 0; i < 100; ++i) many += "&a=1";
  EXPECT_FALSE(ParseQuery(many).ok());
}

TEST_F(TranscodeTest, FillsPathAndQuery) {
  auto message = Decode("GET", "/v1/services/fund/operations", {.query = "area=150526000000&pageSize=20&page_token=t"});
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ((*message)->ShortDebugString(), "service: \"fund\" area: \"150526000000\" page_size: 20 page_token: \"t\"");
}

TEST_F(TranscodeTest, RefusesBadQueries) {
  for (const char* query : {"nothing=1", "pageSize=x", "pageSize=1&pageSize=2", "pageSize=1&page_size=2",
                            "service=other", "pageSize=1.5", "pageSize=99999999999", "area.x=1"}) {
    auto message = Decode("GET", "/v1/services/fund/operations", {.query = query});
    EXPECT_EQ(status::ReasonOf(message.status()), "MALFORMED_REQUEST") << query;
  }
  EXPECT_FALSE(Decode("GET", "/v1/services/fund/operations", {.body = "{}"}).ok());
}

TEST_F(TranscodeTest, WhatIsSaidTwiceMustAgree) {
  constexpr char kArchive[] = "/v1/households/150526-a:archive";
  auto message = Decode("POST", kArchive, {.body = R"({"householdId":"150526-a","reason":"x"})"});
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(TextOf(**message, "household_id"), "150526-a");
  const RequestParts cases[] = {{.body = R"({"householdId":"150526-b","reason":"x"})"},
                                {.body = R"({"requestId":"own"})", .idempotency_key = "k"},
                                {.body = R"({"etag":"\"e.2\""})", .if_match = "\"e.1\""}};
  for (const RequestParts& parts : cases) {
    EXPECT_EQ(status::ReasonOf(Decode("POST", kArchive, parts).status()), "MALFORMED_REQUEST") << parts.body;
  }
  EXPECT_TRUE(Decode("POST", kArchive, {.body = R"({"requestId":"k"})", .idempotency_key = "k"}).ok());
  EXPECT_FALSE(Decode("PUT", "/v1/households/150526-a/incomes/2024", {.body = R"({"year":2023})"}).ok());
  EXPECT_FALSE(Decode("POST", "/v1/households/150526-a:archive", {.query = "reason=x", .body = "{}"}).ok());
}

TEST_F(TranscodeTest, FillsRequestIdAndEtagFromHeaders) {
  auto message = Decode("POST", "/v1/households/150526-a:archive", {.idempotency_key = "k", .if_match = "\"e.1\""});
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(TextOf(**message, "request_id"), "k");
  EXPECT_EQ(TextOf(**message, "etag"), "\"e.1\"");
  auto change =
      Decode("PATCH", "/v1/households/150526-a", {.body = R"({"area":"150526000000"})", .if_match = "\"e.1\""});
  ASSERT_TRUE(change.ok()) << change.status();
  EXPECT_EQ(static_cast<const UpdateHouseholdRequest&>(**change).household().etag(), "\"e.1\"");
}

TEST_F(TranscodeTest, DerivesMasks) {
  EXPECT_EQ(Mask(R"({"area":"150526000000","main_cause":"01"})"), "area,main_cause");
  // What the server sets, the etag and the id of the path are not changes.
  EXPECT_EQ(Mask(R"({"householdId":"150526-0000000000000","etag":"e","createTime":"2024-01-01T00:00:00Z","area":"1"})"),
            "area");
  // null clears: in the mask, absent in the message.
  EXPECT_EQ(Mask(R"({"area":null})"), "area");
  EXPECT_EQ(Mask("{}"), "MALFORMED_REQUEST");
  EXPECT_EQ(Mask(R"({"etag":"e"})"), "MALFORMED_REQUEST");
}

TEST_F(TranscodeTest, KeepsGivenMask) {
  auto message =
      Decode("PATCH", "/v1/households/150526-a", {.query = "updateMask=area,mainCause", .body = R"({"area":"1"})"});
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(absl::StrJoin(static_cast<const UpdateHouseholdRequest&>(**message).update_mask().paths(), ","),
            "area,main_cause");
}

TEST_F(TranscodeTest, TakesFilesAsTheyAre) {
  auto message = Decode("POST", "/v1/imports/150526-a/files/AC01.xlsx", {.body = "\x01\xFF{", .content_type = "a/b"});
  ASSERT_TRUE(message.ok()) << message.status();
  const auto& request = static_cast<const registration::v1::UploadImportFileRequest&>(**message);
  EXPECT_EQ(request.file_name(), "AC01.xlsx");
  EXPECT_EQ(request.content().data(), "\x01\xFF{");
  EXPECT_EQ(request.content().content_type(), "a/b");
}

TEST_F(TranscodeTest, ComparesEtags) {
  EXPECT_TRUE(NoneMatchHas("\"a\", W/\"b\"", "\"b\""));
  EXPECT_TRUE(NoneMatchHas("*", "\"b\""));
  EXPECT_FALSE(NoneMatchHas("\"a\"", "\"b\""));
  EXPECT_FALSE(NoneMatchHas("*", ""));
}

}  // namespace
}  // namespace bangfu::edge
