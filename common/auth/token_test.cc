#include "common/auth/token.h"

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::auth {
namespace {

using options::v1::REGISTRAR;
using options::v1::VIEWER;

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

constexpr char kClaims[] =
    R"({"iss":"bangfu-gateway","aud":"bangfu","sub":"wang.li","sid":"s-1","jti":"t-1","iat":1790000000,)"
    R"("nbf":1790000000,"exp":1790000300,"dep":"","pur":[],"pwd":false,"aal":1,)"
    R"("grants":[{"r":"REGISTRAR","a":[[150526000000,150527000000]]}]})";

Caller Example() {
  Caller caller;
  caller.subject = "wang.li";
  caller.session = "s-1";
  caller.department = "民政";
  caller.purposes = {"低保核对"};
  caller.grants = {{REGISTRAR, {RangeOf(150526100000), RangeOf(150526200000)}}, {VIEWER, {RangeOf(150526000000)}}};
  caller.second_factor = true;
  return caller;
}

class TokenTest : public ::testing::Test {
 protected:
  std::string Header() const {
    return absl::StrCat(R"({"alg":"EdDSA","typ":"bangfu+jwt","kid":")", key_.key_id(), "\"}");
  }

  // A token of that header and those claims, signed by `key`.
  static std::string Signed(const crypto::SigningKey& key, const std::string& header, const std::string& claims) {
    const std::string text = absl::StrCat(crypto::Base64UrlEncode(header), ".", crypto::Base64UrlEncode(claims));
    return absl::StrCat(text, ".", crypto::Base64UrlEncode(key.Sign(text)));
  }

  std::string Detail(const std::string& token, absl::Time now = kNow) const {
    absl::StatusOr<std::shared_ptr<const Caller>> caller = verifier_.Verify(token, now);
    if (caller.ok()) return "accepted";
    EXPECT_EQ(caller.status().code(), absl::StatusCode::kUnauthenticated);
    EXPECT_EQ(status::ReasonOf(caller.status()), "UNAUTHENTICATED");
    return status::ErrorInfoOf(caller.status()).metadata().at("detail");
  }

  const crypto::SigningKey key_ = crypto::SigningKey::Generate();
  const crypto::SigningKey other_key_ = crypto::SigningKey::Generate();
  const TokenIssuer issuer_{key_};
  TokenVerifier verifier_{{key_.verifying_key()}};
};

TEST_F(TokenTest, CarriesTheCaller) {
  const std::string token = *issuer_.Issue(Example(), kNow);
  for (const char* round : {"verified", "remembered"}) {
    absl::StatusOr<std::shared_ptr<const Caller>> caller = verifier_.Verify(token, kNow);
    ASSERT_TRUE(caller.ok()) << round << caller.status();
    EXPECT_EQ((*caller)->subject, "wang.li");
    EXPECT_EQ((*caller)->session, "s-1");
    EXPECT_EQ((*caller)->department, "民政");
    EXPECT_EQ((*caller)->purposes, std::vector<std::string>{"低保核对"});
    EXPECT_EQ((*caller)->token, token);
    EXPECT_EQ((*caller)->expire_time, kNow + kTokenLife);
    EXPECT_TRUE((*caller)->second_factor);
    EXPECT_FALSE((*caller)->password_change_only);
    EXPECT_EQ((*caller)->grants.size(), 2u);
    EXPECT_EQ((*caller)->ScopeFor({REGISTRAR}), Example().ScopeFor({REGISTRAR}));
    EXPECT_EQ((*caller)->ScopeFor({VIEWER}), Example().ScopeFor({VIEWER}));
  }
}

TEST_F(TokenTest, CarriesTheQuotaOfAClient) {
  EXPECT_EQ((*verifier_.Verify(*issuer_.Issue(Example(), kNow), kNow))->calls_per_minute, 0);
  Caller client = Example();
  client.calls_per_minute = 600;
  EXPECT_EQ((*verifier_.Verify(*issuer_.Issue(client, kNow), kNow))->calls_per_minute, 600);
  for (const char* quota : {"0", "-1", "\"600\"", "99999999999"}) {
    const std::string claims = absl::StrCat(R"({"cpm":)", quota, ",", absl::string_view(kClaims).substr(1));
    EXPECT_EQ(Detail(Signed(key_, Header(), claims)), "claims") << quota;
  }
}

TEST_F(TokenTest, AcceptsTheExampleThatTheNextTestsSpoil) {
  EXPECT_EQ(Detail(Signed(key_, Header(), kClaims)), "accepted");
}

TEST_F(TokenTest, RefusesEveryOtherHeader) {
  const std::string kid = key_.key_id();
  const struct {
    std::string header, detail;
  } kCases[] = {
      {R"({"alg":"none","typ":"bangfu+jwt","kid":")" + kid + "\"}", "header"},
      {R"({"alg":"HS256","typ":"bangfu+jwt","kid":")" + kid + "\"}", "header"},
      {R"({"alg":"ES256","typ":"bangfu+jwt","kid":")" + kid + "\"}", "header"},
      {R"({"alg":"eddsa","typ":"bangfu+jwt","kid":")" + kid + "\"}", "header"},
      {R"({"alg":["EdDSA"],"typ":"bangfu+jwt","kid":")" + kid + "\"}", "header"},
      {R"({"alg":"EdDSA","typ":"JWT","kid":")" + kid + "\"}", "header"},
      {R"({"alg":"EdDSA","typ":"bangfu+jwt","kid":7})", "header"},
      {R"({"alg":"EdDSA","kid":")" + kid + "\"}", "header"},
      {R"({"alg":"EdDSA","typ":"bangfu+jwt"})", "header"},
      {R"({"alg":"EdDSA","typ":"bangfu+jwt","kid":")" + kid + R"(","crit":["exp"]})", "header"},
      {R"({"alg":"EdDSA","typ":"bangfu+jwt","kid":")" + kid + R"(","jku":"https://x"})", "header"},
      {R"({"alg":"EdDSA","typ":"bangfu+jwt","kid":")" + kid + R"(","x5u":"https://x"})", "header"},
      {R"({"alg":"EdDSA","typ":"bangfu+jwt","kid":")" + kid + R"(","jwk":{}})", "header"},
      {R"({"alg":"none","alg":"EdDSA","typ":"bangfu+jwt","kid":")" + kid + "\"}", "header"},
      {R"({"alg":"EdDSA","typ":"bangfu+jwt","kid":"00000000"})", "key"},
      {R"({"alg":"EdDSA","typ":"bangfu+jwt","kid":"../keys"})", "key"},
      {"[]", "header"},
      {"", "header"},
      {"{}x", "header"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Detail(Signed(key_, c.header, kClaims)), c.detail) << c.header;
}

TEST_F(TokenTest, RefusesEveryOtherClaim) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("iss":"bangfu-gateway")", R"("iss":"other")"},
      {R"("aud":"bangfu")", R"("aud":"other")"},
      {R"("aud":"bangfu")", R"("aud":["bangfu"])"},
      {R"("sub":"wang.li")", R"("sub":"")"},
      {R"("sub":"wang.li")", R"("sub":7)"},
      {R"("sub":"wang.li")", R"("sub":"wang.li","sub":"li.si")"},
      {R"("sid":"s-1",)", ""},
      {R"("jti":"t-1")", R"("jti":null)"},
      {R"("iat":1790000000)", R"("iat":"1790000000")"},
      {R"("iat":1790000000)", R"("iat":1790000000.5)"},
      {R"("exp":1790000300)", R"("exp":9223372036854775807)"},
      {R"("exp":1790000300)", R"("exp":1e400)"},
      {R"("exp":1790000300)", R"("exp":-1)"},
      {R"("nbf":1790000000,)", ""},
      {R"("pwd":false)", R"("pwd":0)"},
      {R"("aal":1)", R"("aal":0)"},
      {R"("aal":1)", R"("aal":3)"},
      {R"("aal":1)", R"("aal":1,"admin":true)"},
      {R"("pur":[])", R"("pur":[1])"},
      {R"("REGISTRAR")", R"("ROLE_UNSPECIFIED")"},
      {R"("REGISTRAR")", R"("SUPERUSER")"},
      {R"("REGISTRAR")", "4"},
      {"[150526000000,150527000000]", "[150527000000,150526000000]"},
      {"[150526000000,150527000000]", "[-1,150527000000]"},
      {"[150526000000,150527000000]", "[0,1000000000001]"},
      {"[150526000000,150527000000]", "[150526000000]"},
      {R"("r":"REGISTRAR",)", R"("r":"REGISTRAR","x":1,)"},
      {R"("r":"REGISTRAR",)", R"("r":"REGISTRAR","r":"REVIEWER",)"},
      {R"("grants":[)", R"("grants":[[],)"},
      {"wang.li", "\xff"},
  };
  for (const auto& [from, to] : kCases) {
    const std::string claims = absl::StrReplaceAll(kClaims, {{from, to}});
    ASSERT_NE(claims, kClaims) << from;
    EXPECT_EQ(Detail(Signed(key_, Header(), claims)), "claims") << claims;
  }
  EXPECT_EQ(Detail(Signed(key_, Header(), "null")), "claims");
  EXPECT_EQ(Detail(Signed(key_, Header(), "")), "claims");
  EXPECT_EQ(Detail(Signed(key_, Header(), std::string(6000, '['))), "claims");
}

TEST_F(TokenTest, RefusesForgeriesAndOtherForms) {
  const std::string token = Signed(key_, Header(), kClaims);
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  const std::string text = parts[0] + "." + parts[1];
  const std::string more = crypto::Base64UrlEncode(absl::StrReplaceAll(kClaims, {{"REGISTRAR", "REVIEWER"}}));
  // Signed as HMAC with the public key as secret: the confusion that a header of free choice would allow.
  const std::string confused = text + "." + crypto::Base64UrlEncode(crypto::HmacSha256(key_.public_key(), text));
  const struct {
    std::string token, detail;
  } kCases[] = {
      {"", "form"},
      {"..", "header"},
      {text, "form"},
      {token + ".", "form"},
      {token + ".x.y", "form"},
      {text + ".", "signature"},
      {token + "=", "signature"},
      {token + " ", "signature"},
      {parts[0] + "." + more + "." + parts[2], "signature"},
      {confused, "signature"},
      {Signed(other_key_, Header(), kClaims), "signature"},
      {Signed(other_key_, absl::StrReplaceAll(Header(), {{key_.key_id(), other_key_.key_id()}}), kClaims), "key"},
      {std::string(kMaxTokenSize + 1, 'a'), "size"},
      {std::string(kMaxTokenSize, '.'), "form"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Detail(c.token), c.detail) << c.token.substr(0, 40);
  EXPECT_EQ(Detail(token), "accepted");
}

TEST_F(TokenTest, EveryChangedCharacterIsNoticedEvenWhenTheTokenIsRemembered) {
  const std::string token = *issuer_.Issue(Example(), kNow);
  ASSERT_EQ(Detail(token), "accepted");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(Detail(changed), "accepted") << i;
  }
}

TEST_F(TokenTest, LivesFromIssueToExpiryWithALeeway) {
  const std::string token = *issuer_.Issue(Example(), kNow);
  const struct {
    absl::Duration since_issue;
    std::string detail;
  } kCases[] = {
      {absl::Seconds(-31), "time"},     {absl::Seconds(-30), "accepted"}, {absl::Seconds(300), "accepted"},
      {absl::Seconds(329), "accepted"}, {absl::Seconds(330), "expired"},  {absl::Hours(9), "expired"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Detail(token, kNow + c.since_issue), c.detail) << c.since_issue;
  }
}

TEST_F(TokenTest, RefusesUnsoundTimes) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("exp":1790000300)", R"("exp":1790000301)"},  // longer than allowed
      {R"("iat":1790000000)", R"("iat":1790000300)"},  // no life, and from the future
      {R"("nbf":1790000000)", R"("nbf":1790000031)"},  // not yet
  };
  for (const auto& [from, to] : kCases) {
    EXPECT_EQ(Detail(Signed(key_, Header(), absl::StrReplaceAll(kClaims, {{from, to}}))), "time") << to;
  }
}

TEST_F(TokenTest, IssuesNothingThatNoVerifierTakes) {
  Caller caller = Example();
  caller.expire_time = kNow + absl::Seconds(20);
  EXPECT_EQ((*verifier_.Verify(*issuer_.Issue(caller, kNow), kNow))->expire_time, kNow + absl::Seconds(20));

  std::vector<Caller> faulty(6, Example());
  faulty[0].subject.clear();
  faulty[1].session.clear();
  faulty[2].grants[0].role = options::v1::ROLE_UNSPECIFIED;
  faulty[3].grants[0].areas = {{5, 5}};
  faulty[4].expire_time = kNow;
  faulty[5].grants[0].areas.assign(300, RangeOf(150526100201));
  for (const Caller& caller : faulty) {
    EXPECT_EQ(issuer_.Issue(caller, kNow).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(TokenTest, ARevokedSessionEndsAtOnceAndOthersGoOn) {
  Caller other = Example();
  other.session = "s-2";
  const std::string token = *issuer_.Issue(Example(), kNow);
  const std::string other_token = *issuer_.Issue(other, kNow);
  ASSERT_EQ(Detail(token), "accepted");
  verifier_.Revoke("s-1", kNow);
  EXPECT_EQ(Detail(token), "revoked");
  EXPECT_EQ(Detail(*issuer_.Issue(Example(), kNow + absl::Seconds(1))), "revoked");
  EXPECT_EQ(Detail(other_token), "accepted");
  verifier_.Revoke("s-3", kNow + absl::Seconds(300));
  EXPECT_EQ(Detail(token, kNow + absl::Seconds(329)), "revoked");
}

TEST_F(TokenTest, TellsWhatIsWrongWithATokenAndWithNothingElse) {
  EXPECT_EQ(TokenFaultOf(RefuseToken("missing")), "missing");
  EXPECT_EQ(TokenFaultOf(verifier_.Verify("a.b.c", kNow).status()), "header");
  EXPECT_EQ(TokenFaultOf(absl::OkStatus()), "");
  EXPECT_EQ(TokenFaultOf(status::Refuse(status::Reason::MALFORMED_REQUEST, {{"detail", "150526199001011234"}})), "");
}

TEST_F(TokenTest, AcceptsOldAndNewKeyWhileKeysChange) {
  const TokenVerifier both({key_.verifying_key(), other_key_.verifying_key()});
  EXPECT_TRUE(both.Verify(*issuer_.Issue(Example(), kNow), kNow).ok());
  EXPECT_TRUE(both.Verify(*TokenIssuer(other_key_).Issue(Example(), kNow), kNow).ok());
}

TEST_F(TokenTest, ASmallCacheForgetsButNeverErrs) {
  TokenOptions options;
  options.cache_capacity = 1;
  const TokenVerifier verifier({key_.verifying_key()}, options);
  std::vector<std::string> tokens;
  for (int i = 0; i < 60; ++i) {
    Caller caller = Example();
    caller.subject = absl::StrCat("person-", i);
    tokens.push_back(*issuer_.Issue(caller, kNow));
  }
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i < tokens.size(); ++i) {
      EXPECT_EQ((*verifier.Verify(tokens[i], kNow))->subject, absl::StrCat("person-", i));
    }
  }
}

TEST_F(TokenTest, ServesManyThreads) {
  const std::string token = *issuer_.Issue(Example(), kNow);
  std::atomic<int> accepted = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        if (verifier_.Verify(token, kNow).ok()) ++accepted;
        if (i % 100 == 0) verifier_.Revoke(absl::StrCat("t-", t, "-", i), kNow);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, 2000);
}

}  // namespace
}  // namespace bangfu::auth
