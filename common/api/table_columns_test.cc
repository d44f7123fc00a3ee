#include "common/api/table_columns.h"

#include <map>
#include <set>

#include "bangfu/registration/v1/area.pb.h"
#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/household_service.pb.h"
#include "bangfu/registration/v1/member.pb.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "gtest/gtest.h"

namespace bangfu::api {
namespace {

using registration::v1::Household;
using registration::v1::Member;

TEST(TableColumnsTest, ReadsTheAnnotations) {
  const auto& columns = ColumnsOf(Member::descriptor());
  ASSERT_FALSE(columns.empty());
  EXPECT_EQ(columns.front().name, "AAB001");
  const ColumnPlan* number = FindColumn(Member::descriptor(), "AAB004");
  ASSERT_NE(number, nullptr);
  EXPECT_EQ(number->label, "证件号码");
  EXPECT_EQ(number->format, options::v1::IDENTITY_NUMBER);
  EXPECT_EQ(number->width, 20);
  EXPECT_EQ(number->field->name(), "id_number");
  EXPECT_EQ(number->synonyms.size(), 3u);
  EXPECT_EQ(FindColumn(Member::descriptor(), "AAB006")->dictionary, "AAB006");
  EXPECT_TRUE(ColumnsOf(registration::v1::GetHouseholdRequest::descriptor()).empty());
}

TEST(TableColumnsTest, FindsWhatAHeaderMeans) {
  const std::map<std::string, std::string> cases = {{"AAB004", "id_number"},
                                                    {"证件号码", "id_number"},
                                                    {"身份证号", "id_number"},
                                                    {" aab004 ", "id_number"},
                                                    {"ＡＡＢ００４", "id_number"},
                                                    {"公民身份 号码", "id_number"},
                                                    {"姓　名", "name"},
                                                    {"电话", "phone"}};
  for (const auto& [header, field] : cases) {
    const ColumnPlan* column = FindColumn(Member::descriptor(), header);
    ASSERT_NE(column, nullptr) << header;
    EXPECT_EQ(column->field->name(), field) << header;
  }
  for (const char* header : {"", " ", "备注", "AAB0041"}) EXPECT_EQ(FindColumn(Member::descriptor(), header), nullptr);
}

// A header that two columns of one table claim would be read into the wrong one.
TEST(TableColumnsTest, NoHeaderMeansTwoColumns) {
  for (const auto* type : {Household::descriptor(), Member::descriptor(), registration::v1::Income::descriptor(),
                           registration::v1::LivingCondition::descriptor(), registration::v1::Area::descriptor()}) {
    std::set<std::string> headers;
    for (const ColumnPlan& column : ColumnsOf(type)) {
      EXPECT_TRUE(headers.insert(column.name).second) << type->name() << " " << column.name;
      EXPECT_TRUE(headers.insert(column.label).second) << type->name() << " " << column.label;
      for (const std::string& synonym : column.synonyms) {
        EXPECT_TRUE(headers.insert(synonym).second) << type->name() << " " << synonym;
      }
    }
  }
}

}  // namespace
}  // namespace bangfu::api
