#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "services/registration/rpc/statistics_fixture.h"

namespace bangfu::registration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ListExportTest : public StatisticsFixture {
 protected:
  static v1::ExportListRequest Wanted(v1::ExportListRequest::List list, v1::ExportListRequest::Format format,
                                      const std::vector<std::string>& columns = {}) {
    v1::ExportListRequest request;
    request.set_list(list);
    request.set_area(std::to_string(kCounty));
    request.set_format(format);
    request.mutable_columns()->Assign(columns.begin(), columns.end());
    return request;
  }

  absl::StatusOr<std::string> Sent(const v1::ExportListRequest& request, const std::string& token) {
    return File(&Statistics::ExportList, request, token);
  }
};

TEST_F(ListExportTest, ARosterIsAlignedForChineseCharacters) {
  Register(kVillage, 2);
  Register(kSecondVillage, 1);
  auto request = Wanted(v1::ExportListRequest::HOUSEHOLDS, v1::ExportListRequest::ALIGNED_TEXT,
                        {"head_name", "attribute", "member_count"});
  request.set_title("公示名单");
  const auto roster = Sent(request, Viewer());
  ASSERT_TRUE(roster.ok()) << roster.status();
  EXPECT_EQ(*roster,
            "公示名单\n\n"
            "户主姓名 | 贫困户属性 | 家庭人口\n"
            "---------+------------+---------\n"
            "其木格   | 一般贫困户 | 2人\n"
            "其木格   | 一般贫困户 | 1人\n");
}

TEST_F(ListExportTest, ACsvHoldsWhatTheListHolds) {
  for (int i = 0; i < 5; ++i) Register(kVillage, 1);
  Register(kForeignVillage, 1);
  auto request = Wanted(v1::ExportListRequest::MEMBERS, v1::ExportListRequest::CSV);
  request.set_filter("sex = \"1\"");
  const auto file = Sent(request, Viewer());
  ASSERT_TRUE(file.ok()) << file.status();
  const std::vector<std::string> lines = absl::StrSplit(*file, "\r\n");
  const auto listed = Listed("/v1/members", request.area(), request.filter(), Viewer());
  EXPECT_EQ(static_cast<int64_t>(lines.size()), 2 + *listed) << "a head, and nothing behind the last line";
  EXPECT_THAT(lines[0], HasSubstr("姓名,性别,民族"));
  EXPECT_EQ(lines[1], "其木格,男,蒙古族,户主,");
}

TEST_F(ListExportTest, WhatIsSealedOrOfHealthIsNoColumn) {
  Register();
  for (const char* column : {"id_number", "phone", "health", "member_id", "nothing"}) {
    const auto request = Wanted(v1::ExportListRequest::MEMBERS, v1::ExportListRequest::CSV, {column});
    EXPECT_EQ(ReasonOf(Sent(request, Reviewer())), "NOTICE_FIELD_FORBIDDEN") << column;
  }
}

// Nothing is sent of a list in which one line holds a number, wherever it stands.
TEST_F(ListExportTest, ANumberInAnyTextStopsTheFile) {
  Register();
  v1::Household household = NewHousehold(kVillage);
  household.set_cause_note(absl::StrCat("联系 139", "12345678"));
  ASSERT_TRUE(Create(household, {NewMember(900, "01")}, Registrar()).ok());
  for (const auto format : {v1::ExportListRequest::CSV, v1::ExportListRequest::ALIGNED_TEXT}) {
    const auto sent = Sent(Wanted(v1::ExportListRequest::HOUSEHOLDS, format, {"head_name", "cause_note"}), Viewer());
    EXPECT_EQ(ReasonOf(sent), "NOTICE_HOLDS_PERSONAL_DATA");
    EXPECT_THAT(std::string(sent.status().message()), Not(HasSubstr("12345678")));
  }
  auto titled = Wanted(v1::ExportListRequest::HOUSEHOLDS, v1::ExportListRequest::CSV);
  titled.set_title(absl::StrCat("电话 139", "12345678"));
  EXPECT_EQ(ReasonOf(Sent(titled, Viewer())), "NOTICE_HOLDS_PERSONAL_DATA");
}

TEST_F(ListExportTest, AFileIsAudited) {
  Register();
  const int64_t before = database_.Count("audit_outbox");
  ASSERT_TRUE(Sent(Wanted(v1::ExportListRequest::MEMBERS, v1::ExportListRequest::CSV), Viewer()).ok());
  EXPECT_EQ(database_.Count("audit_outbox"), before + 2) << "before the first row, and behind the last";
}

TEST_F(ListExportTest, AReportIsAFileToo) {
  Register(kVillage, 2);
  v1::ExportReportRequest request;
  request.set_report("PERSON_SEX");
  request.set_area(std::to_string(kCounty));
  const auto text = File(&Statistics::ExportReport, request, Viewer());
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_THAT(*text, HasSubstr("人口按性别\n对象: 全部  统计日期: 2026-03-02\n"));
  EXPECT_THAT(*text, HasSubstr("\n150526000000 | 扎鲁特旗 | 2    | 0"));
  request.set_format(v1::ExportListRequest::CSV);
  const auto csv = File(&Statistics::ExportReport, request, Viewer());
  ASSERT_TRUE(csv.ok()) << csv.status();
  EXPECT_THAT(*csv, HasSubstr("鲁北镇,2,"));
}

}  // namespace
}  // namespace bangfu::registration
