#include "services/gateway/edge/json_guard.h"

#include "absl/strings/str_cat.h"
#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::edge {
namespace {

std::string Nested(int depth) { return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}"; }

TEST(JsonGuardTest, TakesSoundTexts) {
  for (const char* text : {
           "{}",
           " {\"a\" : [1, -0.5, 1e9, 2.5E-3, true, false, null, \"\", {}] , \"b\":{\"a\":1}} \n",
           R"({"中文":"帮扶","\u0061":"\ud83d\ude00","b":"\"\\\/\b\f\n\r\t"})",
       }) {
    EXPECT_TRUE(CheckJson(text).ok()) << text << CheckJson(text);
  }
  EXPECT_TRUE(CheckJson(Nested(32)).ok());
}

TEST(JsonGuardTest, RefusesEverythingElse) {
  const std::string texts[] = {
      "", "[]", "1", "null", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\":1}{}",
      "{\"a\":1} x", "{\"a\":1 \"b\":2}", "{\"a\":[1,]}", "{\"a\":[1 2]}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}",
      "{\"a\":1.}", "{\"a\":1e}", "{\"a\":NaN}", "{\"a\":tru}", "{\"a\":\"\n\"}", "{\"a\":\"x}", "{\"a\":\"\\x\"}",
      "{\"a\":\"\\u12\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\ud800\\u0041\"}", "{\"a\":\"\\udc00\"}",
      "{\"a\":\"\\u0000\"}",
      // broken UTF-8: lone continuation, overlong, surrogate, above U+10FFFF, cut
      "{\"a\":\"\x80\"}", "{\"a\":\"\xC0\xAF\"}", "{\"a\":\"\xED\xA0\x80\"}", "{\"a\":\"\xF4\x90\x80\x80\"}",
      "{\"a\":\"\xE4\xB8\"}", "{\"\xFF\":1}",
      // the same key twice, also when written with an escape
      "{\"a\":1,\"a\":2}", "{\"a\":1,\"b\":2,\"\\u0061\":3}", "{\"x\":[{\"a\":1,\"a\":1}]}", Nested(33),
      absl::StrCat("{\"a\":", std::string(65, '1'), "}"), absl::StrCat("{\"a\":[0", std::string(200'000, ','), "]}")};
  for (const std::string& text : texts) {
    absl::Status status = CheckJson(text);
    EXPECT_EQ(status::ReasonOf(status), "MALFORMED_REQUEST") << text;
  }
}

TEST(JsonGuardTest, BoundsTokens) {
  std::string many = "{\"a\":[0";
  for (int i = 0; i < 100'000; ++i) many += ",0";
  EXPECT_FALSE(CheckJson(many + "]}").ok());
  EXPECT_TRUE(CheckJson("{\"a\":[0,0,0]}", {.tokens = 6}).ok());
  EXPECT_FALSE(CheckJson("{\"a\":[0,0,0,0]}", {.tokens = 6}).ok());
}

// What a caller sends may be personal, so an error says where, not what.
TEST(JsonGuardTest, NeverRepeatsValues) {
  absl::Status status = CheckJson("{\"identityNumber\":\"11010119900307757X\" oops}");
  EXPECT_EQ(status.ToString().find("110101"), std::string::npos);
}

}  // namespace
}  // namespace bangfu::edge
