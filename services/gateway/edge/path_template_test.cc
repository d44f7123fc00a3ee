#include "services/gateway/edge/path_template.h"

#include "gtest/gtest.h"

namespace bangfu::edge {
namespace {

TEST(PathTemplateTest, ReadsSegmentsVariablesAndVerb) {
  auto path = ParsePathTemplate("/v1/households/{household.household_id}:suspend");
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(path->Shape(), "/v1/households/*:suspend");
  ASSERT_EQ(path->variables.size(), 1u);
  EXPECT_EQ(path->variables[0].field, "household.household_id");
  EXPECT_EQ(path->variables[0].begin, 2u);
  EXPECT_EQ(path->variables[0].end, 3u);
}

TEST(PathTemplateTest, ShapeForgetsNames) {
  const std::pair<const char*, const char*> cases[] = {
      {"/v1/areas", "/v1/areas"},
      {"/v1/areas:import", "/v1/areas:import"},
      {"/v1/a/{x}/b/{y}", "/v1/a/*/b/*"},
      {"/v1/{name=shelves/*/books/*}", "/v1/shelves/*/books/*"},
      {"/v1/{name=files/**}:read", "/v1/files/**:read"},
      {"/v1/*/x", "/v1/*/x"},
  };
  for (const auto& [text, shape] : cases) {
    auto path = ParsePathTemplate(text);
    ASSERT_TRUE(path.ok()) << text << path.status();
    EXPECT_EQ(path->Shape(), shape);
  }
}

TEST(PathTemplateTest, RefusesBrokenTemplates) {
  for (const char* text :
       {"", "v1", "/", "/v1/", "/v1//a", "/v1/{", "/v1/{}", "/v1/{a", "/v1/a}", "/v1/{a.}", "/v1/{1a}", "/v1/{a}/{a}",
        "/v1/**/a", "/v1/{a=**}/b", "/v1/a b", "/v1/a:", "/v1/{a=}", "/v1/{a}x"}) {
    EXPECT_FALSE(ParsePathTemplate(text).ok()) << text;
  }
}

TEST(PathTemplateTest, DecodesPercents) {
  EXPECT_EQ(PercentDecode("a%2Fb%20c"), "a/b c");
  EXPECT_EQ(PercentDecode("%E5%B8%AE"), "帮");
  for (const char* broken : {"%", "%2", "%zz", "%00", "%0A", "%FF", "%C0%AF", "%ED%A0%80"}) {
    EXPECT_EQ(PercentDecode(broken), std::nullopt) << broken;
  }
}

TEST(PathTemplateTest, SplitsPaths) {
  EXPECT_EQ(SplitPath("/v1/a")->size(), 2u);
  for (const char* broken : {"", "v1", "/", "//", "/v1/", "/v1//a"})
    EXPECT_FALSE(SplitPath(broken).has_value()) << broken;
}

}  // namespace
}  // namespace bangfu::edge
