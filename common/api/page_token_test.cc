#include "common/api/page_token.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::api {
namespace {

std::string ReasonOf(const absl::StatusOr<std::vector<std::string>>& result) {
  return status::ReasonOf(result.status());
}

TEST(PageTokenTest, OpensWhatItSealed) {
  const PageTokens tokens(std::string(32, 'k'));
  for (const std::vector<std::string>& key : {std::vector<std::string>{},
                                              {""},
                                              {"张三", "150526-0c5h2k9m3n7pq"},
                                              {std::string("\0\xFF", 2), std::string(300, 'x')}}) {
    EXPECT_EQ(tokens.Open(tokens.Seal("query", key), "query").value(), key);
  }
}

TEST(PageTokenTest, HidesItsContentAndNeverRepeats) {
  const PageTokens tokens(std::string(32, 'k'));
  EXPECT_NE(tokens.Seal("query", {"a"}), tokens.Seal("query", {"a"}));
  EXPECT_LT(tokens.Seal("query", {std::string(600, 'x')}).size(), 1000u);
}

TEST(PageTokenTest, RefusesEveryOtherTokenQueryAndKey) {
  const PageTokens tokens(std::string(32, 'k'));
  const std::string token = tokens.Seal("query", {"a", "b"});
  EXPECT_EQ(ReasonOf(tokens.Open(token, "other query")), "INVALID_PAGE_TOKEN");
  EXPECT_EQ(ReasonOf(PageTokens(std::string(32, 'l')).Open(token, "query")), "INVALID_PAGE_TOKEN");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(ReasonOf(tokens.Open(changed, "query")), "INVALID_PAGE_TOKEN") << i;
    EXPECT_EQ(ReasonOf(tokens.Open(token.substr(0, i), "query")), "INVALID_PAGE_TOKEN") << i;
  }
  EXPECT_EQ(ReasonOf(tokens.Open("不是标记", "query")), "INVALID_PAGE_TOKEN");
}

TEST(PageSizeTest, DefaultsCapsAndRefuses) {
  EXPECT_EQ(PageSize(0).value(), 50);
  EXPECT_EQ(PageSize(7).value(), 7);
  EXPECT_EQ(PageSize(100000).value(), 500);
  EXPECT_EQ(PageSize(0, 100, 1000).value(), 100);
  EXPECT_EQ(PageSize(5000, 100, 1000).value(), 1000);
  EXPECT_EQ(status::ReasonOf(PageSize(-1).status()), "INVALID_FIELD");
}

}  // namespace
}  // namespace bangfu::api
