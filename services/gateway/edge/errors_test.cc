#include "services/gateway/edge/errors.h"

#include "absl/strings/match.h"
#include "common/status/refusal.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace bangfu::edge {
namespace {

using status::Reason;
using status::Refuse;

TEST(ErrorsTest, MapsEveryReasonToAnHttpStatus) {
  const std::pair<Reason, int> cases[] = {
      {Reason::UNAUTHENTICATED, 401},   {Reason::PERMISSION_DENIED, 403},  {Reason::INVALID_FIELD, 400},
      {Reason::MALFORMED_REQUEST, 400}, {Reason::ETAG_MISMATCH, 409},      {Reason::OVERLOADED, 503},
      {Reason::RATE_LIMITED, 429},      {Reason::DEADLINE_EXCEEDED, 504},  {Reason::UNAVAILABLE, 503},
      {Reason::INTERNAL, 500},          {Reason::NOT_FOUND, 404},          {Reason::ALREADY_EXISTS, 409},
      {Reason::TOO_LARGE, 413},         {Reason::CANCELLED, 499},          {Reason::UNIMPLEMENTED, 501},
      {Reason::POSITION_UNKNOWN, 400},  {Reason::CONSTRAINT_VIOLATED, 400}};
  for (const auto& [reason, http] : cases) EXPECT_EQ(HttpStatusOf(Refuse(reason)), http) << Reason_Name(reason);
}

TEST(ErrorsTest, WritesTheBody) {
  absl::Status status = status::RefuseFields({{"other_areas[1].area_code", "请填写所在村"}});
  auto error = nlohmann::json::parse(ErrorBody(status, 400, "0af7651916cd43dd8448eb211c80319c"))["error"];
  EXPECT_EQ(error["code"], 400);
  EXPECT_EQ(error["status"], "INVALID_ARGUMENT");
  EXPECT_EQ(error["reason"], "INVALID_FIELD");
  EXPECT_EQ(error["trace"], "0af7651916cd43dd8448eb211c80319c");
  EXPECT_TRUE(absl::StrContains(error["message"].get<std::string>(), "请填写所在村"));
  bool found = false;
  for (const auto& detail : error["details"]) {
    if (detail["@type"] != "type.googleapis.com/google.rpc.BadRequest") continue;
    found = true;
    EXPECT_EQ(detail["fieldViolations"][0]["field"], "otherAreas[1].areaCode");
  }
  EXPECT_TRUE(found);
}

// What a library says about itself must not reach a caller.
TEST(ErrorsTest, HidesWhatIsNoRefusal) {
  for (int code = 1; code <= 16; ++code) {
    absl::Status inner(static_cast<absl::StatusCode>(code), "relation \"household\" at 10.0.0.7:5432");
    absl::Status shown = Presentable(inner, "0af7651916cd43dd8448eb211c80319c");
    EXPECT_FALSE(status::ReasonOf(shown).empty()) << code;
    std::string body = ErrorBody(shown, HttpStatusOf(shown), "t");
    EXPECT_FALSE(absl::StrContains(body, "relation") || absl::StrContains(body, "10.0.0.7")) << body;
  }
  EXPECT_EQ(status::RetryDelaySecondsOf(Presentable(absl::UnavailableError("x"), "t")), 1);
}

}  // namespace
}  // namespace bangfu::edge
