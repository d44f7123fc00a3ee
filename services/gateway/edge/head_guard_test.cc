#include "services/gateway/edge/head_guard.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace bangfu::edge {
namespace {

const char* FaultOf(const std::string& fields, const std::string& line = "GET /v1/x HTTP/1.1") {
  std::string head = absl::StrCat(line, "\r\n", fields, "\r\n");
  return FaultOfHead(head);
}

TEST(HeadGuardTest, TakesSoundHeads) {
  EXPECT_EQ(FaultOf("Host: a\r\n"), nullptr);
  EXPECT_EQ(FaultOf("Host: a\r\nContent-Length: 12\r\nX-Y:\r\n"), nullptr);
  EXPECT_EQ(FaultOf("Host: a\r\nTransfer-Encoding: chunked\r\n"), nullptr);
  EXPECT_EQ(FaultOf("", "GET /a?b=c%20d HTTP/1.0"), nullptr);
  EXPECT_EQ(FaultOf("Host: a\r\n", "OPTIONS * HTTP/1.1"), nullptr);
}

TEST(HeadGuardTest, RefusesWhatCouldBeReadTwoWays) {
  const char* const fields[] = {
      "",                                                       // no Host
      "Host: a\r\nHost: b\r\n",                                 //
      "Host: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n",  //
      "Host: a\r\nContent-Length: 1, 1\r\n",                    //
      "Host: a\r\nContent-Length: +1\r\n",                      //
      "Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
      "Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n",      //
      "Host: a\r\nTransfer-Encoding: xchunked\r\n",           //
      "Host: a\r\nTransfer-Encoding : chunked\r\n",           // space before the colon
      "Host: a\r\n folded: x\r\n",                            //
      "Host: a\r\nX: 1\r\n\tfolded\r\n",                      //
      "Host: a\nX: 1\r\n",                                    // bare LF
      "Host: a\rX: 1\r\n",                                    // bare CR
      "Host: a\r\nX: \x01\r\n",                               //
      "Host: a\r\nno colon\r\n",                              //
      "Host: a\r\n: empty\r\n",                               //
      "Host: a\r\nAuthorization: a\r\nAuthorization: b\r\n",  //
  };
  for (const char* text : fields) EXPECT_NE(FaultOf(text), nullptr) << text;
  const char* const lines[] = {"GET  /x HTTP/1.1",  "GET /x HTTP/2.0",   "GET /x",
                               "get /x HTTP/1.1",   "GET x HTTP/1.1",    "GET http://a/x HTTP/1.1",
                               "GET /x#f HTTP/1.1", "GET /x y HTTP/1.1", "GET /\x80 HTTP/1.1",
                               "GET * HTTP/1.1",    " HTTP/1.1"};
  for (const char* line : lines) EXPECT_NE(FaultOf("Host: a\r\n", line), nullptr) << line;
  EXPECT_NE(FaultOf("Transfer-Encoding: chunked\r\n", "POST /x HTTP/1.0"), nullptr);
}

TEST(HeadGuardTest, BoundsLines) {
  std::string fields = "Host: a\r\n";
  for (int i = 0; i < 98; ++i) fields += "X: 1\r\n";
  EXPECT_EQ(FaultOf(fields), nullptr);
  EXPECT_NE(FaultOf(fields + "X: 1\r\n"), nullptr);
}

}  // namespace
}  // namespace bangfu::edge
