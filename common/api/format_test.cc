#include "common/api/format.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace bangfu::api {
namespace {

struct Case {
  options::v1::Format format;
  std::vector<std::string> right;
  std::vector<std::string> wrong;
};

TEST(FormatTest, TellsRightFromWrong) {
  const std::vector<Case> cases = {
      {options::v1::AREA_CODE,
       {"150526100201", "150000000000"},
       {"150526", "15052610020x", "000000000000", "１５0526100201"}},
      {options::v1::DATE, {"2018-01-05"}, {"2018-1-5", "2018-02-30", "today"}},
      {options::v1::IDENTITY_NUMBER, {"11010519491231002X", "110105491231002"}, {"110105194912310021", "1.50526E+17"}},
      {options::v1::RECORD_ID,
       {"150526-0c5h2k9m3n7pq", "150526-0000000000000"},
       {"150526-0C5H2K9M3N7PQ", "150526_0c5h2k9m3n7pq", "15052-0c5h2k9m3n7pqq", "150526-0c5h2k9m3n7p",
        "150526-0c5h2k9m3n7p/"}},
      {options::v1::REQUEST_ID,
       {"6f1c2a34-0d7e-4b5a-9c3d-1e2f3a4b5c6d", "6F1C2A34-0D7E-1B5A-0C3D-1E2F3A4B5C6D"},
       {"6f1c2a340d7e4b5a9c3d1e2f3a4b5c6d", "6f1c2a34-0d7e-4b5a-9c3d-1e2f3a4b5c6g",
        "{6f1c2a34-0d7e-4b5a-9c3d-1e2f3a4b5c}"}},
      {options::v1::PHONE,
       {"13800000021", "+86-13800000021", "0475-1234567"},
       {"1234", "-13800000021", "13800000021-", "138 0000 0021", "+", "电话", "123456789012345678901"}},
      {options::v1::BANK_ACCOUNT,
       {"12345678", "12345678901234567890123456789012"},
       {"1234567", "1234 5678", "1234567a"}},
      {options::v1::FORMAT_UNSPECIFIED, {"anything"}, {}},
  };
  for (const Case& c : cases) {
    for (const std::string& text : c.right) EXPECT_EQ(FormatFault(c.format, text), "") << c.format << " " << text;
    for (const std::string& text : c.wrong) EXPECT_NE(FormatFault(c.format, text), "") << c.format << " " << text;
  }
}

}  // namespace
}  // namespace bangfu::api
