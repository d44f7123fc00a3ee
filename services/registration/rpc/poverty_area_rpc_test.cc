#include "services/registration/rpc/poverty_area_rpc.h"

#include "gmock/gmock.h"
#include "services/registration/rpc/exit_fixture.h"

namespace bangfu::registration {
namespace {

using ::testing::ElementsAre;

class PovertyAreaRpcTest : public ExitFixture {
 protected:
  absl::StatusOr<v1::PovertyArea> Designate(const std::string& area, const std::string& status,
                                            const std::string& etag = "", int64_t by = kProvince) {
    v1::DesignatePovertyAreaRequest request;
    request.set_area(area);
    *request.mutable_status() = FromJson<v1::PovertyArea>(status);
    request.mutable_status()->set_etag(etag);
    request.set_request_id(testing::NewRequestId());
    return Call(poverty_areas_, &PovertyAreas::DesignatePovertyArea, request, Reviewer(by));
  }

  std::vector<std::string> List(const std::string& token, int page_size = 0) {
    v1::ListPovertyAreasRequest request;
    request.set_level(v1::Area::VILLAGE);
    request.set_page_size(page_size);
    std::vector<std::string> codes;
    do {
      const auto page = Call(poverty_areas_, &PovertyAreas::ListPovertyAreas, request, token);
      EXPECT_TRUE(page.ok()) << page.status();
      for (const v1::PovertyArea& area : page->areas()) codes.push_back(area.area());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return codes;
  }

  absl::StatusOr<v1::VillageProfile> RecordProfile(const std::string& village, const std::string& profile,
                                                   const std::string& etag = "") {
    v1::RecordVillageProfileRequest request;
    request.set_area(village);
    *request.mutable_profile() = FromJson<v1::VillageProfile>(profile);
    request.mutable_profile()->set_etag(etag);
    request.set_request_id(testing::NewRequestId());
    return Call(poverty_areas_, &PovertyAreas::RecordVillageProfile, request, Registrar());
  }
};

TEST_F(PovertyAreaRpcTest, TheListKnowsPoorVillages) {
  EXPECT_TRUE(Designate(kVillage, R"({"state": "POOR"})").ok());
  EXPECT_TRUE(Designate(kSecondVillage, R"({"state": "POOR"})").ok());
  EXPECT_TRUE(Designate(kForeignVillage, R"({"state": "POOR"})").ok());
  EXPECT_TRUE(Designate("150526000000", R"({"state": "POOR"})").ok());
  EXPECT_THAT(List(Viewer(kProvince), 1), ElementsAre(kForeignVillage, kVillage, kSecondVillage));
  EXPECT_THAT(List(Viewer()), ElementsAre(kVillage, kSecondVillage));
  EXPECT_EQ(ReasonOf(Designate("150526100000", R"({"state": "POOR"})")), "AREA_LEVEL_WITHOUT_POVERTY");
  EXPECT_EQ(ReasonOf(Designate("150526100299", R"({"state": "POOR"})")), "AREA_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Designate(kVillage, R"({"state": "POOR"})", "", kOtherCounty)), "AREA_OUT_OF_SCOPE");
  v1::ListPovertyAreasRequest towns;
  towns.set_level(v1::Area::TOWNSHIP);
  EXPECT_EQ(ReasonOf(Call(poverty_areas_, &PovertyAreas::ListPovertyAreas, towns, Viewer())), "INVALID_FIELD");
}

TEST_F(PovertyAreaRpcTest, ACorrectionReplacesTheVersionThatWasSeen) {
  const auto first = Designate(kVillage, R"({"state": "POOR"})");
  const char* deep = R"({"state": "POOR", "document": "公告〔2025〕1号"})";
  EXPECT_EQ(ReasonOf(Designate(kVillage, deep)), "INVALID_FIELD") << "no etag";
  const auto second = Designate(kVillage, deep, first->etag());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(ReasonOf(Designate(kVillage, deep, first->etag())), "ETAG_MISMATCH");
  EXPECT_EQ(database_.Count("exit_record_version"), 1);
  EXPECT_EQ(Told<v1::PovertyAreaDesignated>().size(), 2u);
}

TEST_F(PovertyAreaRpcTest, WhatIsOnTheListIsNotTakenOffByHand) {
  const auto poor = Designate(kVillage, R"({"state": "POOR"})");
  const char* out = R"({"state": "EXITED", "exitDate": "2025-12-01"})";
  EXPECT_EQ(ReasonOf(Designate(kVillage, out, poor->etag())), "AREA_EXIT_BY_PROCEDURE");
  const auto before = Designate(kSecondVillage, out);
  ASSERT_TRUE(before.ok()) << "out before this register: " << before.status();
  EXPECT_EQ(before->procedure_id(), "");
  EXPECT_EQ(ReasonOf(Designate(kForeignVillage, R"({"state": "EXITED", "exitDate": "2026-03-02"})")),
            "AREA_EXIT_BY_PROCEDURE")
      << "today is no history";
}

TEST_F(PovertyAreaRpcTest, ProfilesAreKeptByYear) {
  const char* body = R"json({"year": 2025, "ruralPopulation": 500, "collectiveIncomeFen": 1200000,
                             "statements": [{"item": "CLINIC", "held": true}]})json";
  const auto first = RecordProfile(kVillage, body);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(ReasonOf(RecordProfile(kVillage, body)), "INVALID_FIELD") << "no etag";
  EXPECT_TRUE(RecordProfile(kVillage, body, first->etag()).ok());
  EXPECT_TRUE(RecordProfile(kVillage, R"({"year": 2026, "ruralPopulation": 510})").ok());
  EXPECT_EQ(ReasonOf(RecordProfile(kVillage, R"({"year": 2027, "ruralPopulation": 510})")), "INVALID_FIELD");
  EXPECT_EQ(ReasonOf(RecordProfile("150526100000", body)), "AREA_NOT_A_VILLAGE");
  EXPECT_TRUE(Designate(kVillage, R"({"state": "POOR"})").ok());
  v1::ListVillageProfilesRequest list;
  list.set_area(kVillage);
  const auto listed = Call(poverty_areas_, &PovertyAreas::ListVillageProfiles, list, Viewer());
  ASSERT_EQ(listed->profiles_size(), 2);
  EXPECT_EQ(listed->profiles(0).year(), 2026);
  EXPECT_EQ(listed->profiles(1).collective_income_fen(), 1200000);
  EXPECT_EQ(listed->profiles(0).poverty().state(), v1::PovertyArea::POOR);
}

}  // namespace
}  // namespace bangfu::registration
