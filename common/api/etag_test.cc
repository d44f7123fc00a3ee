#include "common/api/etag.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::api {
namespace {

constexpr char kId[] = "150526-0c5h2k9m3n7pq";

TEST(EtagTest, FitsOneVersionOfOneRecord) {
  EXPECT_EQ(EtagOf(kId, 4), "\"150526-0c5h2k9m3n7pq.4\"");
  EXPECT_TRUE(CheckEtag(EtagOf(kId, 4), kId, 4).ok());
  for (const std::string& other : {EtagOf(kId, 3), EtagOf("150526-0c5h2k9m3n7pr", 4), "W/" + EtagOf(kId, 4),
                                   std::string("150526-0c5h2k9m3n7pq.4"), std::string("*")}) {
    const absl::Status status = CheckEtag(other, kId, 4, EtagRule::kOptional);
    EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << other;
    EXPECT_EQ(status::ReasonOf(status), "ETAG_MISMATCH") << other;
  }
}

TEST(EtagTest, MayBeLeftOutOnlyWhereTheCallerSaysSo) {
  EXPECT_EQ(status::ReasonOf(CheckEtag("", kId, 4)), "INVALID_FIELD");
  EXPECT_TRUE(CheckEtag("", kId, 4, EtagRule::kOptional).ok());
}

}  // namespace
}  // namespace bangfu::api
