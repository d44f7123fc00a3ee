// The exits of villages and counties.
#include "gmock/gmock.h"
#include "services/registration/rpc/exit_fixture.h"

namespace bangfu::registration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kVillageSteps[] = R"json([
  {"key": "township", "title": "乡镇审核", "level": "TOWNSHIP", "roles": ["REVIEWER"], "mayReject": true},
  {"key": "county", "title": "县级审定", "level": "COUNTY", "roles": ["REVIEWER"], "mayReject": true}])json";
constexpr char kCountySteps[] = R"json([
  {"key": "county", "title": "县级提出", "level": "COUNTY", "roles": ["REVIEWER"]},
  {"key": "city", "title": "市级初审", "level": "CITY", "roles": ["REVIEWER"], "mayReject": true},
  {"key": "province", "title": "省级批准", "level": "PROVINCE", "roles": ["REVIEWER"], "mayReject": true}])json";

class AreaExitProcedureTest : public ExitFixture {
 protected:
  AreaExitProcedureTest() {
    Publish(FromJson<v1::VillageExitRules>(R"json({
      "shares": [{"item": "INCIDENCE", "comparison": "BELOW", "limitCenti": 300}], "conditions": [{"item": "CLINIC"}],
      "hamletThresholds": [{"item": "POWER", "leastHouseholds": 20}, {"item": "HARD_ROAD", "leastHouseholds": 50}]})json"));
    Publish(FromJson<v1::CountyExitRules>(R"json({
      "shares": [{"item": "INCIDENCE", "comparison": "BELOW", "limitCenti": 300},
                 {"item": "VILLAGES_OUT", "comparison": "AT_LEAST", "limitCenti": 9000},
                 {"item": "APPROVAL", "comparison": "ABOVE", "limitCenti": 9000, "leastRank": "THIRD_PARTY"}]})json"));
    PublishDefinition("VILLAGE_EXIT", kVillageSteps);
    PublishDefinition("COUNTY_EXIT", kCountySteps);
  }

  std::string Reviewing(int64_t area) {
    return TokenOf(options::v1::REVIEWER, area, "reviewer-" + std::to_string(area));
  }

  absl::StatusOr<v1::PovertyArea> Designate(const std::string& area,
                                            const std::string& status = R"({"state": "POOR"})") {
    v1::DesignatePovertyAreaRequest request;
    request.set_area(area);
    *request.mutable_status() = FromJson<v1::PovertyArea>(status);
    request.set_request_id(testing::NewRequestId());
    return Call(poverty_areas_, &PovertyAreas::DesignatePovertyArea, request, Reviewer(kProvince));
  }

  absl::StatusOr<v1::VillageProfile> RecordProfile(const std::string& village, const std::string& profile) {
    v1::RecordVillageProfileRequest request;
    request.set_area(village);
    *request.mutable_profile() = FromJson<v1::VillageProfile>(profile);
    request.set_request_id(testing::NewRequestId());
    return Call(poverty_areas_, &PovertyAreas::RecordVillageProfile, request, Registrar());
  }
  // A hamlet of sixty with power and a hard road.
  void RecordGoodProfile(const std::string& village) {
    EXPECT_TRUE(RecordProfile(village, R"json({"year": 2026, "ruralPopulation": 300,
      "statements": [{"item": "CLINIC", "held": true}],
      "hamlets": [{"name": "东屯", "householdCount": 60, "services": ["POWER", "HARD_ROAD"]}]})json")
                    .ok());
  }

  absl::StatusOr<v1::ExitStart> StartVillages(const std::vector<std::string>& villages) {
    v1::StartVillageExitRequest request;
    request.set_area("150526100000");
    request.mutable_villages()->Assign(villages.begin(), villages.end());
    request.set_request_id(testing::NewRequestId());
    return Call(exits_, &Exits::StartVillageExit, request, Registrar());
  }

  std::vector<v1::ExitFigure> Approving(int approving, const char* rank) {
    v1::ExitFigure figure;
    figure.set_item(v1::ExitShare::APPROVAL);
    figure.set_count(approving);
    figure.set_total(1000);
    v1::ExitShare::Rank parsed = v1::ExitShare::RANK_UNSPECIFIED;
    EXPECT_TRUE(v1::ExitShare::Rank_Parse(rank, &parsed));
    figure.set_rank(parsed);
    return {figure};
  }

  absl::StatusOr<v1::ExitStart> StartCounty(const std::vector<v1::ExitFigure>& figures) {
    v1::StartCountyExitRequest request;
    request.set_area("150526000000");
    request.set_rural_population(1000);
    request.mutable_figures()->Assign(figures.begin(), figures.end());
    request.set_request_id(testing::NewRequestId());
    return Call(exits_, &Exits::StartCountyExit, request, Reviewer());
  }

  // Recorded: `approving` of a thousand asked by the third party.
  absl::StatusOr<v1::ExitJudgement> JudgeCounty(int approving, const std::string& procedure_id,
                                                const std::string& token, const std::string& date = "") {
    v1::JudgeCountyExitRequest request;
    request.set_area("150526000000");
    request.set_rural_population(1000);
    *request.add_figures() = Approving(approving, "THIRD_PARTY")[0];
    request.set_record(true);
    request.set_procedure_id(procedure_id);
    request.set_date(date);
    request.set_request_id(testing::NewRequestId());
    return Call(judgements_, &Judgements::JudgeCountyExit, request, token);
  }

  std::vector<std::string> Listed(v1::Area::Level level, v1::PovertyArea::State state, int exit_year = 0) {
    v1::ListPovertyAreasRequest request;
    request.set_area("150526000000");
    request.set_level(level);
    request.set_state(state);
    request.set_exit_year(exit_year);
    const auto answer = Call(poverty_areas_, &PovertyAreas::ListPovertyAreas, request, Viewer());
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> codes;
    for (const v1::PovertyArea& area : answer->areas()) codes.push_back(area.area());
    return codes;
  }
};

TEST_F(AreaExitProcedureTest, VillagesLeaveByTheirProfiles) {
  EXPECT_EQ(ReasonOf(StartVillages({kVillage})), "AREA_NOT_POOR");
  EXPECT_TRUE(Designate(kVillage, R"({"state": "POOR", "designateDate": "2014-01-01"})").ok());
  EXPECT_TRUE(Designate(kSecondVillage).ok());
  EXPECT_EQ(ReasonOf(StartVillages({kVillage})), "VILLAGE_PROFILE_MISSING");
  RecordGoodProfile(kVillage);
  RecordGoodProfile(kSecondVillage);
  const auto start = StartVillages({kVillage, kSecondVillage});
  ASSERT_TRUE(start.ok()) << start.status();
  EXPECT_EQ(start->judgements(1).outcome().verdict(), "PASS");
  Procedure seen = start->procedure();
  EXPECT_EQ(Approve(&seen, Reviewing(kCounty)), "NOT_YOUR_STEP");
  EXPECT_EQ(Approve(&seen, Reviewing(kTownship)), "OK");
  EXPECT_THAT(Listed(v1::Area::VILLAGE, v1::PovertyArea::POOR), ElementsAre(kVillage, kSecondVillage));
  EXPECT_EQ(Act(&seen, Reviewing(kCounty), R"({"takeOut": {"subjectId": "150526100202", "reason": "核查未达标"}})"),
            "OK");
  EXPECT_EQ(Approve(&seen, Reviewing(kCounty)), "OK");
  EXPECT_EQ(seen.state(), Procedure::COMPLETED);
  EXPECT_THAT(Listed(v1::Area::VILLAGE, v1::PovertyArea::EXITED, 2026), ElementsAre(kVillage));
  EXPECT_THAT(Listed(v1::Area::VILLAGE, v1::PovertyArea::EXITED, 2025), ElementsAre());
  EXPECT_THAT(Listed(v1::Area::VILLAGE, v1::PovertyArea::POOR), ElementsAre(kSecondVillage));
  const auto told = Told<v1::VillagesExited>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0].areas(), ElementsAre(kVillage));
  EXPECT_EQ(told[0].exit_date(), "2026-03-02");
  EXPECT_EQ(database_.Count("exit_record_version"), 1) << "the village as it was on the list";
}

TEST_F(AreaExitProcedureTest, AVillageThatDoesNotPassIsRefused) {
  EXPECT_TRUE(Designate(kVillage).ok());
  EXPECT_TRUE(RecordProfile(kVillage, R"json({"year": 2026, "ruralPopulation": 300,
    "statements": [{"item": "CLINIC", "held": true}],
    "hamlets": [{"name": "东屯", "householdCount": 49, "services": ["POWER"]},
                {"name": "西屯", "householdCount": 50, "services": ["POWER"]}]})json")
                  .ok());
  const auto start = StartVillages({kVillage});
  EXPECT_EQ(ReasonOf(start), "EXIT_NOT_PASSED");
  EXPECT_THAT(status::BadRequestOf(start.status()).field_violations(0).description(),
              HasSubstr("应具备 1 个屯, 未具备: 西屯 (50户)"));
  EXPECT_EQ(ReasonOf(StartVillages({kForeignVillage})), "EXIT_OUTSIDE_AREA");
}

TEST_F(AreaExitProcedureTest, TheProfileAnswersWhatTheJudgementAsks) {
  v1::JudgeVillageExitRequest request;
  request.set_area(kVillage);
  request.set_request_id(testing::NewRequestId());
  const auto judge = [&] { return Call(judgements_, &Judgements::JudgeVillageExit, request, Reviewer()); };
  EXPECT_EQ(ReasonOf(judge()), "VILLAGE_PROFILE_MISSING");
  RecordGoodProfile(kVillage);
  EXPECT_EQ(judge()->outcome().verdict(), "PASS");
  auto& statement = *request.add_statements();
  statement.set_item(v1::ExitCondition::CLINIC);
  statement.set_held(false);
  EXPECT_EQ(judge()->outcome().verdict(), "FAIL") << "what the request says wins";
  request.clear_statements();
  request.set_date("2025-12-31");
  EXPECT_EQ(ReasonOf(judge()), "VILLAGE_PROFILE_MISSING") << "the profile is of a later year";
}

TEST_F(AreaExitProcedureTest, ACountyLeavesByTheLastJudgementOfThoseAboveIt) {
  EXPECT_EQ(ReasonOf(StartCounty({})), "AREA_NOT_POOR");
  EXPECT_TRUE(Designate("150526000000").ok());
  EXPECT_TRUE(Designate(kVillage).ok());
  EXPECT_EQ(ReasonOf(StartCounty({})), "EXIT_NOT_PASSED") << "no poor village is out";
  RecordGoodProfile(kVillage);
  Procedure village = StartVillages({kVillage})->procedure();
  EXPECT_EQ(Approve(&village, Reviewing(kTownship)), "OK");
  EXPECT_EQ(Approve(&village, Reviewing(kCounty)), "OK");

  const auto start = StartCounty(Approving(950, "COUNTY"));
  ASSERT_TRUE(start.ok()) << start.status();
  EXPECT_EQ(start->judgements(0).outcome().verdict(), "INCOMPLETE") << "the third party has not been there";
  Procedure seen = start->procedure();
  EXPECT_EQ(Approve(&seen, Reviewing(kCity)), "NOT_YOUR_STEP");
  EXPECT_EQ(Approve(&seen, Reviewing(kCounty)), "OK");
  EXPECT_EQ(Approve(&seen, Reviewing(kCity)), "OK");
  EXPECT_EQ(Approve(&seen, Reviewing(kProvince)), "COUNTY_JUDGEMENT_NOT_PASSED");
  EXPECT_EQ(JudgeCounty(951, "", Reviewer())->outcome().verdict(), "PASS");
  EXPECT_EQ(Approve(&seen, Reviewing(kProvince)), "COUNTY_JUDGEMENT_NOT_PASSED") << "the county's own word";
  EXPECT_EQ(JudgeCounty(900, seen.procedure_id(), Reviewing(kProvince))->outcome().verdict(), "FAIL");
  EXPECT_EQ(Approve(&seen, Reviewing(kProvince)), "COUNTY_JUDGEMENT_NOT_PASSED");
  EXPECT_EQ(JudgeCounty(951, seen.procedure_id(), Reviewing(kProvince))->outcome().verdict(), "PASS");
  EXPECT_EQ(JudgeCounty(900, "", Reviewer())->outcome().verdict(), "FAIL") << "changes nothing either";
  EXPECT_EQ(Approve(&seen, Reviewing(kProvince)), "OK");
  EXPECT_THAT(Listed(v1::Area::COUNTY, v1::PovertyArea::EXITED), ElementsAre("150526000000"));
  const auto told = Told<v1::CountyExited>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].exit_date(), "2026-03-02");
  EXPECT_EQ(ReasonOf(StartCounty({})), "AREA_NOT_POOR") << "it is out";
  EXPECT_EQ(ReasonOf(JudgeCounty(951, seen.procedure_id(), Reviewing(kProvince))), "COUNTY_JUDGEMENT_NOT_INDEPENDENT");
}

TEST_F(AreaExitProcedureTest, OnlyThoseAboveACountyJudgeForItsExit) {
  EXPECT_TRUE(Designate("150526000000").ok());
  EXPECT_TRUE(Designate(kVillage, R"({"state": "EXITED", "exitDate": "2026-01-01"})").ok());
  Procedure seen = StartCounty(Approving(950, "COUNTY"))->procedure();
  const std::string id = seen.procedure_id();
  EXPECT_EQ(ReasonOf(JudgeCounty(951, id, Reviewing(kProvince))), "COUNTY_JUDGEMENT_NOT_INDEPENDENT") << "too early";
  EXPECT_EQ(Approve(&seen, Reviewing(kCounty)), "OK");
  EXPECT_EQ(ReasonOf(JudgeCounty(951, id, Reviewer())), "COUNTY_JUDGEMENT_NOT_INDEPENDENT") << "its own reviewer";
  EXPECT_EQ(ReasonOf(JudgeCounty(951, id, Registrar(kProvince))), "COUNTY_JUDGEMENT_NOT_INDEPENDENT");
  EXPECT_EQ(ReasonOf(JudgeCounty(951, id, Reviewing(kCity), "2020-01-01")), "INVALID_FIELD") << "older rules";
  EXPECT_EQ(ReasonOf(JudgeCounty(951, "150526-01hq3v9k2m4xz", Reviewing(kCity))), "COUNTY_JUDGEMENT_NOT_INDEPENDENT");
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(JudgeCounty(951, id, Reviewing(kCity))->date(), "2026-03-02") << "the day of the start";
  EXPECT_EQ(Approve(&seen, Reviewing(kCity)), "OK");
  EXPECT_EQ(Approve(&seen, Reviewing(kProvince)), "OK");
}

TEST_F(AreaExitProcedureTest, VillagesThatAreOutAreNotGiven) {
  EXPECT_TRUE(Designate("150526000000").ok());
  auto figures = Approving(951, "THIRD_PARTY");
  figures[0].set_item(v1::ExitShare::VILLAGES_OUT);
  EXPECT_EQ(ReasonOf(StartCounty(figures)), "INVALID_FIELD");
  v1::JudgeCountyExitRequest request;
  request.set_area("150526000000");
  request.set_rural_population(1000);
  *request.add_figures() = figures[0];
  request.set_request_id(testing::NewRequestId());
  EXPECT_EQ(ReasonOf(Call(judgements_, &Judgements::JudgeCountyExit, request, Reviewer())), "INVALID_FIELD");
}

}  // namespace
}  // namespace bangfu::registration
