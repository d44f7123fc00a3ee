#include "services/registration/domain/area.h"

#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

v1::Area AreaOf(const char* code, const char* name, const char* from = "2020-01-01", const char* to = "") {
  v1::Area area;
  area.set_code(code);
  area.set_name(name);
  area.set_kind(v1::Area::ADMINISTRATIVE);
  area.set_valid_from(from);
  area.set_valid_to(to);
  return area;
}

std::string NoInitials(absl::string_view) { return "x"; }

std::map<int64_t, v1::Area> KnownAfter(const AreaPlan& plan) {
  std::map<int64_t, v1::Area> known;
  for (const v1::Area& area : plan.areas) known[std::stoll(area.code())] = area;
  return known;
}

TEST(AreaTest, HouseholdsAreRegisteredToVillagesThatAreValid) {
  const v1::Area village = AreaOf("150526100201", "某嘎查", "2020-01-01", "2024-01-01");
  struct {
    const char* what;
    const char* code;
    bool known;
    const char* today;
    const char* reason;
  } cases[] = {
      {"a valid village", "150526100201", true, "2023-12-31", ""},
      {"not known", "150526100201", false, "2023-12-31", "AREA_NOT_FOUND"},
      {"a township", "150526100000", false, "2023-12-31", "AREA_NOT_A_VILLAGE"},
      {"not yet valid", "150526100201", true, "2019-12-31", "AREA_ENDED"},
      {"ended that day", "150526100201", true, "2024-01-01", "AREA_ENDED"},
  };
  for (const auto& c : cases) {
    std::optional<v1::Area> area;
    if (c.known) area = village;
    EXPECT_EQ(status::ReasonOf(CheckVillage(c.code, area, c.today)), c.reason) << c.what;
  }
}

TEST(AreaTest, ImportCompletesLevelParentAndPathWhateverTheOrder) {
  auto plan = PlanImport(150000000000,
                         {AreaOf("150526100000", "某镇"), AreaOf("150500000000", "通辽市"),
                          AreaOf("150000000000", "内蒙古自治区"), AreaOf("150526000000", "扎鲁特旗")},
                         {}, NoInitials);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->created, 4);
  EXPECT_EQ(plan->areas[3].level(), v1::Area::TOWNSHIP);
  EXPECT_EQ(plan->areas[3].parent(), "150526000000");
  EXPECT_EQ(plan->areas[3].path(), "内蒙古自治区 / 通辽市 / 扎鲁特旗 / 某镇");
}

TEST(AreaTest, TownshipsOfCitiesWithoutCountiesLieInTheCity) {
  auto plan = PlanImport(
      440000000000,
      {AreaOf("440000000000", "广东省"), AreaOf("441900000000", "东莞市"), AreaOf("441900003000", "东城街道")}, {},
      NoInitials);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->areas[2].parent(), "441900000000");
}

TEST(AreaTest, ResendingChangesNothingAndARenamingIsNoticed) {
  const std::vector<v1::Area> areas = {AreaOf("150000000000", "内蒙古自治区"), AreaOf("150500000000", "哲里木盟")};
  auto first = PlanImport(150000000000, areas, {}, NoInitials);
  const auto known = KnownAfter(*first);
  auto again = PlanImport(150000000000, areas, known, NoInitials);
  EXPECT_EQ(again->unchanged, 2);
  EXPECT_TRUE(again->areas.empty());
  auto renamed = PlanImport(150000000000, {AreaOf("150500000000", "通辽市")}, known, NoInitials);
  EXPECT_EQ(renamed->updated, 1);
  EXPECT_EQ(renamed->renamed, std::vector<int64_t>{150500000000});
}

TEST(AreaTest, SendingTheListAgainTakesNoEndBack) {
  const std::map<int64_t, v1::Area> known = {
      {150000000000, AreaOf("150000000000", "内蒙古自治区")},
      {150500000000, AreaOf("150500000000", "哲里木盟", "1980-01-01", "1999-10-01")}};
  auto plan = PlanImport(150000000000, {AreaOf("150500000000", "哲里木", "1980-01-01")}, known, NoInitials);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->areas.size(), 1u);
  EXPECT_EQ(plan->areas[0].valid_to(), "1999-10-01");
}

TEST(AreaTest, ImportRefuses) {
  auto reason = [](int64_t root, std::vector<v1::Area> areas) {
    return status::ReasonOf(PlanImport(root, areas, {}, NoInitials).status());
  };
  EXPECT_EQ(reason(150000000000, {AreaOf("150500000000", "通辽市")}), "AREA_PARENT_MISSING");
  EXPECT_EQ(reason(150000000000, {AreaOf("620000000000", "甘肃省")}), "INVALID_FIELD");
  EXPECT_EQ(reason(150000000000, {AreaOf("150000000000", "甲"), AreaOf("150000000000", "乙")}), "INVALID_FIELD");
  EXPECT_EQ(reason(150000000000, {AreaOf("150000000000", "甲", "2020-01-01", "2020-01-01")}), "INVALID_FIELD");
}

v1::AreaSuccessor SuccessorOf(const char* code, const char* day = "2024-03-01") {
  v1::AreaSuccessor successor;
  successor.set_code(code);
  successor.set_change(v1::AreaSuccessor::MERGED);
  successor.set_effective_date(day);
  return successor;
}

v1::Area VillageOf(const char* code, const char* from = "2020-01-01", const char* to = "") {
  v1::Area village = AreaOf(code, "某嘎查", from, to);
  village.set_level(v1::Area::VILLAGE);
  return village;
}

std::map<int64_t, v1::Area> Registered() {
  v1::Area township = AreaOf("150526100000", "某镇");
  township.set_level(v1::Area::TOWNSHIP);
  return {{150526100000, township},
          {150526100201, VillageOf("150526100201")},
          {150526100202, VillageOf("150526100202")},
          {150526100203, VillageOf("150526100203", "2020-01-01", "2024-01-01")},
          {150526100204, VillageOf("150526100204", "2024-03-02")}};
}

TEST(AreaTest, AnAreaEndsOnceWhenItsSuccessorsBegin) {
  auto ended = End(VillageOf("150526100201"), {SuccessorOf("150526100202")}, Registered(), {});
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->valid_to(), "2024-03-01");
  auto again = End(*ended, {SuccessorOf("150526100202")}, Registered(), {});
  EXPECT_EQ(status::ReasonOf(again.status()), "AREA_ENDED");
  EXPECT_EQ(status::ErrorInfoOf(again.status()).metadata().at("successors"), "150526100202");
}

TEST(AreaTest, SuccessorsAreOtherAreasOfTheLevelThatAreInForce) {
  struct {
    const char* what;
    std::vector<v1::AreaSuccessor> successors;
    const char* reason;
    const char* field;
  } cases[] = {
      {"itself", {SuccessorOf("150526100201")}, "INVALID_FIELD", "successors[0].code"},
      {"a township", {SuccessorOf("150526100000")}, "INVALID_FIELD", "successors[0].code"},
      {"one that has ended", {SuccessorOf("150526100203")}, "INVALID_FIELD", "successors[0].code"},
      {"one that begins later", {SuccessorOf("150526100204")}, "INVALID_FIELD", "successors[0].code"},
      {"one that begins just then", {SuccessorOf("150526100204", "2024-03-02")}, "", ""},
      {"the same twice",
       {SuccessorOf("150526100202"), SuccessorOf("150526100202")},
       "INVALID_FIELD",
       "successors[1].code"},
      {"before the area began",
       {SuccessorOf("150526100202", "2020-01-01")},
       "INVALID_FIELD",
       "successors[0].effective_date"},
      {"one that is not known", {SuccessorOf("150526100999")}, "AREA_NOT_FOUND", ""},
  };
  for (const auto& c : cases) {
    const auto ended = End(VillageOf("150526100201"), c.successors, Registered(), {});
    EXPECT_EQ(status::ReasonOf(ended.status()), c.reason) << c.what;
    const auto faults = status::BadRequestOf(ended.status());
    EXPECT_EQ(faults.field_violations_size() > 0 ? faults.field_violations(0).field() : "", c.field) << c.what;
  }
}

TEST(AreaTest, AnAreaEndsAfterThoseBelowIt) {
  const auto end = [](const std::vector<v1::Area>& below) {
    v1::Area township = Registered().at(150526100000);
    std::map<int64_t, v1::Area> known = Registered();
    known[150526101000] = township;
    return End(township, {SuccessorOf("150526101000")}, known, below).status();
  };
  EXPECT_TRUE(end({VillageOf("150526100201", "2020-01-01", "2024-03-01")}).ok()) << "they end that day";
  EXPECT_EQ(status::ReasonOf(end({VillageOf("150526100201", "2020-01-01", "2024-03-02")})), "AREA_HAS_CHILDREN");
  const auto many = status::ErrorInfoOf(end(std::vector<v1::Area>(7, VillageOf("150526100201"))));
  EXPECT_EQ(many.metadata().at("count"), "7");
  EXPECT_EQ(many.metadata().at("children").substr(0, 27), "某嘎查 (150526100201)、");
}

TEST(AreaTest, DeepPovertyIsSaidOfCountiesAndVillagesEachByItsTag) {
  EXPECT_TRUE(CheckTag("150526000000", "01").ok());
  EXPECT_TRUE(CheckTag("150526100201", "02").ok());
  EXPECT_TRUE(CheckTag("150526100000", "99").ok());
  for (const auto& [code, tag] : {std::pair("150526100201", "01"), {"150526000000", "02"}, {"150526100000", "02"}}) {
    EXPECT_EQ(status::ReasonOf(CheckTag(code, tag)), "INVALID_FIELD") << code << " " << tag;
  }
}

TEST(AreaTest, AnEndIsTakenBackUntilSomethingIsBuiltUponIt) {
  const auto ended = *End(VillageOf("150526100201"), {SuccessorOf("150526100202")}, Registered(), {});
  const auto restored = Restore(ended, Registered(), /*followed=*/false);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->DebugString(), VillageOf("150526100201").DebugString());
  EXPECT_EQ(status::ReasonOf(Restore(*restored, Registered(), false).status()), "AREA_NOT_ENDED");
  EXPECT_EQ(status::ReasonOf(Restore(ended, Registered(), /*followed=*/true).status()), "AREA_END_IN_USE");
  auto known = Registered();
  known[150526100202].set_valid_to("2025-01-01");
  EXPECT_EQ(status::ReasonOf(Restore(ended, known, false).status()), "AREA_END_IN_USE");
  v1::Area village = ended;
  village.set_parent("150526100000");
  known = Registered();
  EXPECT_TRUE(Restore(village, known, false).ok());
  known[150526100000].set_valid_to("2025-01-01");
  EXPECT_EQ(status::ReasonOf(Restore(village, known, false).status()), "AREA_PARENT_ENDED");
}

}  // namespace
}  // namespace bangfu::registration::domain
