#include "deploy/demo/areas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"

namespace bangfu::demo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void WriteText(const std::string& path, absl::string_view text) { std::ofstream(path) << text; }

std::string ReadText(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A folder like that of the package, with one village of Zhalute banner and one street of Beijing.
std::string MakeDivision() {
  const std::string folder = ::testing::TempDir();
  WriteText(absl::StrCat(folder, "/provinces.csv"), "code,name\n11,\"北京市\"\n15,\"内蒙古自治区\"\n");
  WriteText(absl::StrCat(folder, "/cities.csv"), "code,name,provinceCode\n1505,\"通辽市\",15\n");
  WriteText(absl::StrCat(folder, "/areas.csv"), "code,name,cityCode,provinceCode\n150526,\"扎鲁特旗\",1505,15\n");
  WriteText(absl::StrCat(folder, "/streets.csv"),
            "code,name,areaCode,provinceCode,cityCode\n110101001,\"东华门街道\",110101,11,1101\n"
            "150526100,\"鲁北镇\",150526,15,1505\n");
  WriteText(absl::StrCat(folder, "/villages.csv"),
            "code,name,streetCode,provinceCode,cityCode,areaCode\n"
            "150526100203,\"小井子村委会\",150526100,15,1505,150526\n");
  return folder;
}

TEST(AreasTest, TellsTheKindByTheName) {
  const auto kind = [](absl::string_view name, AreaLevel level) { return KindOf(name, level); };
  for (const char* name : {"鲁北镇", "巴彦塔拉苏木", "东风路街道", "五原县隆兴昌镇荣丰办事处"}) {
    EXPECT_EQ(kind(name, AreaLevel::kTownship), AreaKind::kAdministrative) << name;
  }
  for (const char* name : {"香山农场", "通辽市嘎达苏种畜繁育中心", "内蒙古自治区监狱管理局东部分局", "布敦化矿区",
                           "裕隆工业园区", "内蒙古和林格尔新区", "玛尼图煤矿"}) {
    EXPECT_EQ(kind(name, AreaLevel::kTownship), AreaKind::kZone) << name;
  }
  for (const char* name : {"小井子村委会", "西热图嘎查", "开发区社区居委会", "农场村委会", "万达社区委员会"}) {
    EXPECT_EQ(kind(name, AreaLevel::kVillage), AreaKind::kAdministrative) << name;
  }
  EXPECT_EQ(kind("一分场生活区", AreaLevel::kVillage), AreaKind::kZone);
  EXPECT_EQ(kind("第三生产队", AreaLevel::kVillage), AreaKind::kZone);
  EXPECT_EQ(kind("开发区虚拟社区", AreaLevel::kVillage), AreaKind::kVirtual);
  EXPECT_EQ(kind("虚拟生活区", AreaLevel::kVillage), AreaKind::kVirtual);
  EXPECT_EQ(kind("白云鄂博矿区", AreaLevel::kCounty), AreaKind::kAdministrative);
  EXPECT_EQ(kind("通辽经济技术开发区", AreaLevel::kCounty), AreaKind::kZone);
}

TEST(AreasTest, ReadsTheTreeInOrderOfCode) {
  const absl::StatusOr<std::vector<Area>> areas = ReadAreas(MakeDivision(), "15");
  ASSERT_TRUE(areas.ok()) << areas.status();
  std::vector<int64_t> codes, parents;
  for (const Area& area : *areas) {
    codes.push_back(area.code);
    parents.push_back(area.parent);
  }
  EXPECT_THAT(codes, ElementsAre(150000000000, 150500000000, 150526000000, 150526100000, 150526100203));
  EXPECT_THAT(parents, ElementsAre(0, 150000000000, 150500000000, 150526000000, 150526100000));
}

TEST(AreasTest, ReadsPartOfTheTree) {
  EXPECT_EQ(ReadAreas(MakeDivision(), "150526")->size(), 3);
  EXPECT_EQ(ReadAreas(MakeDivision(), "150526100203")->size(), 1);
  EXPECT_EQ(ReadAreas(MakeDivision(), "62").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadAreas(MakeDivision(), "150").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadAreas("/nowhere", "15").status().code(), absl::StatusCode::kNotFound);
}

TEST(AreasTest, NamesAMalformedLine) {
  const std::string folder = MakeDivision();
  WriteText(absl::StrCat(folder, "/villages.csv"), "1505261002,小井子村委会\n");
  const absl::Status status = ReadAreas(folder, "15").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("villages.csv"));
}

TEST(AreasTest, WritesNationalColumns) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/written_areas.csv");
  ASSERT_TRUE(WriteAreas(*ReadAreas(MakeDivision(), "15"), path).ok());
  const std::string text = ReadText(path);
  EXPECT_THAT(text, ::testing::StartsWith("\xEF\xBB\xBF"
                                          "BFA001,BFA002,BFA003,BFA004,BFA005,BFA006,BFA007\r\n"
                                          "150000000000,内蒙古自治区,1,,1,2023-06-30,\r\n"));
  EXPECT_THAT(text, ::testing::EndsWith("150526100203,小井子村委会,5,150526100000,1,2023-06-30,\r\n"));
}

}  // namespace
}  // namespace bangfu::demo
