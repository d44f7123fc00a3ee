#include "services/gateway/edge/content_disposition.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::edge {
namespace {

TEST(ContentDispositionTest, TellsFileNames) {
  for (const char* name : {"AC01.csv", "脱贫户 2026-03.csv", "a", "it's (1).xlsx"})
    EXPECT_TRUE(IsFileName(name)) << name;
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string(".profile"), std::string("a."),
        std::string("a/b"), std::string("..\\a"), std::string("C:a"), std::string("a\r\nX: y"), std::string("a\0b", 3),
        std::string("a\"b"), std::string("\xFF"), std::string(201, 'a')}) {
    EXPECT_FALSE(IsFileName(name)) << name;
  }
}

TEST(ContentDispositionTest, NamesAttachments) {
  EXPECT_EQ(AttachmentNamed("AC01.csv"), "attachment; filename=\"AC01.csv\"");
  EXPECT_EQ(AttachmentNamed("户册 1.csv"),
            "attachment; filename=\"__ 1.csv\"; filename*=UTF-8''%E6%88%B7%E5%86%8C%201.csv");
  EXPECT_EQ(AttachmentNamed("100%.csv"), "attachment; filename=\"100_.csv\"; filename*=UTF-8''100%25.csv");
  for (const char* broken : {"", "a\r\nSet-Cookie: x", "../x", "a\"; filename=\"b.exe"}) {
    EXPECT_EQ(AttachmentNamed(broken), "attachment; filename=\"download\"") << broken;
  }
}

TEST(ContentDispositionTest, ReadsWhatItWrites) {
  for (const char* name : {"AC01.csv", "户册 1.csv", "100%.csv", "it's (1);a=b.xlsx"}) {
    EXPECT_EQ(*FileNameIn(AttachmentNamed(name)), name);
  }
}

TEST(ContentDispositionTest, ReadsUploads) {
  EXPECT_EQ(*FileNameIn("attachment"), "");
  EXPECT_EQ(*FileNameIn("form-data; name=\"file\"; FileName = a.csv ; size=3"), "a.csv");
  EXPECT_EQ(*FileNameIn("attachment; filename=\"a \\\"b\\\".csv\""), "a \"b\".csv");
  EXPECT_EQ(*FileNameIn("attachment; filename*=utf-8'zh'%E6%88%B7.csv; filename=x.csv"), "户.csv");
  for (const char* broken :
       {"", ";", "attachment filename=a", "attachment; filename", "attachment; filename=", "attachment; filename=\"a",
        "attachment; filename*=a.csv", "attachment; filename*=GBK''a.csv", "attachment; filename*=UTF-8''%FF",
        "attachment; filename*=UTF-8''%0A"}) {
    EXPECT_EQ(status::ReasonOf(FileNameIn(broken).status()), "MALFORMED_REQUEST") << broken;
  }
}

TEST(ContentDispositionTest, TellsMediaTypes) {
  for (const char* type : {"text/csv", "text/csv; charset=utf-8", "application/vnd.ms-excel"}) {
    EXPECT_TRUE(IsMediaType(type)) << type;
  }
  for (const char* type : {"", "text", "text/", "/csv", "text/csv\r\nX: y", "te xt/csv", "text/csv; a=\x7F"}) {
    EXPECT_FALSE(IsMediaType(type)) << type;
  }
}

}  // namespace
}  // namespace bangfu::edge
