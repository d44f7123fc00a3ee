// For tests: the register with the services of exit, and procedures to act in.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_EXIT_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_EXIT_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "bangfu/registration/v1/exit_events.pb.h"
#include "bangfu/registration/v1/exit_plan_service.grpc.pb.h"
#include "bangfu/registration/v1/exit_procedure_service.grpc.pb.h"
#include "bangfu/registration/v1/exit_service.grpc.pb.h"
#include "bangfu/registration/v1/guarantee_service.grpc.pb.h"
#include "bangfu/registration/v1/poverty_area_service.grpc.pb.h"
#include "common/standards/area_code.h"
#include "services/registration/domain/exit_rules_for_tests.h"
#include "services/registration/rpc/exit_procedures.h"
#include "services/registration/rpc/exit_tables.h"
#include "services/registration/rpc/procedure_fixture.h"
#include "services/registration/store/told_events_for_tests.h"

namespace bangfu::registration {

using domain::FromJson;
using procedure::Procedure;
using procedure::v1::Action;

inline constexpr int64_t kTownship = 150526100000;
inline constexpr int64_t kCity = 150500000000;

class ExitFixture : public ProcedureFixture {
 protected:
  using Plans = v1::ExitPlanService::Stub;
  using Exits = v1::ExitProcedureService::Stub;
  using Guarantees = v1::GuaranteeService::Stub;
  using Judgements = v1::ExitService::Stub;
  using PovertyAreas = v1::PovertyAreaService::Stub;

  ExitFixture() {
    AddExitProcedures(registration_, &host_);
    plans_ = v1::ExitPlanService::NewStub(exit_server_.channel());
    exits_ = v1::ExitProcedureService::NewStub(exit_server_.channel());
    guarantees_ = v1::GuaranteeService::NewStub(exit_server_.channel());
    poverty_areas_ = v1::PovertyAreaService::NewStub(exit_server_.channel());
    judgements_ = v1::ExitService::NewStub(server_.channel());
  }

  // Income over 4,000 yuan, safe water, enough to eat, and the household's acceptance; a buffer of three years;
  // pre-exit allowed.
  void PublishHouseholdRules() {
    Publish(FromJson<v1::HouseholdExitRules>(R"json({
      "conditions": [{"item": "INCOME_OVER_LINE", "veto": true}, {"item": "SAFE_WATER", "veto": true},
                     {"item": "FOOD"}], "acceptanceRequired": true})json"));
    PublishLine(4000, "EXIT");
    Publish(FromJson<v1::ExitBufferRules>(R"({"years": 3, "toYearEnd": true, "preExitAllowed": true})"));
  }

  void PublishDefinition(const std::string& purpose, const std::string& steps) {
    Publish(FromJson<procedure::ProcedureDefinition>(R"({"title": "退出", "steps": )" + steps + "}"), purpose);
  }

  // A household that has `yuan` a head in 2026, safe water and, as recorded, enough to eat.
  v1::Household RegisterEarning(int64_t yuan, const std::string& village = kVillage) {
    const v1::Household household = Register(village, 2);
    const std::string& id = household.household_id();
    v1::RecordIncomeRequest income;
    income.set_household_id(id);
    income.mutable_income()->set_year(2026);
    income.mutable_income()->set_wage_fen(yuan * 200);
    income.set_request_id(testing::NewRequestId());
    EXPECT_TRUE(Call(households_, &Households::RecordIncome, income, Registrar()).ok());
    v1::RecordLivingConditionRequest living;
    living.set_household_id(id);
    living.mutable_living_condition()->set_year(2026);
    living.mutable_living_condition()->set_safe_water(true);
    living.set_request_id(testing::NewRequestId());
    EXPECT_TRUE(Call(households_, &Households::RecordLivingCondition, living, Registrar()).ok());
    EXPECT_TRUE(RecordGuarantees(id, R"([{"item": "FOOD", "state": "MET", "evidence": "入户表"}])").ok());
    return *Get(id, Viewer());
  }

  absl::StatusOr<v1::GuaranteeRecord> RecordGuarantees(const std::string& household_id, const std::string& items,
                                                       const std::string& etag = "", const std::string& token = "") {
    v1::RecordGuaranteesRequest request;
    request.set_household_id(household_id);
    *request.mutable_record() = FromJson<v1::GuaranteeRecord>(R"({"year": 2026, "items": )" + items + "}");
    request.mutable_record()->set_etag(etag);
    request.set_request_id(testing::NewRequestId());
    return Call(guarantees_, &Guarantees::RecordGuarantees, request, token.empty() ? Registrar() : token);
  }

  absl::StatusOr<v1::ExitStart> Start(const std::vector<std::string>& household_ids, bool pre_exit = false) {
    v1::StartHouseholdExitRequest request;
    request.set_area(kVillage);
    request.mutable_household_ids()->Assign(household_ids.begin(), household_ids.end());
    request.set_pre_exit(pre_exit);
    request.set_request_id(testing::NewRequestId());
    return Call(exits_, &Exits::StartHouseholdExit, request, Registrar());
  }

  absl::StatusOr<v1::RecordExitConsentsResponse> Consent(const Procedure& procedure,
                                                         const std::vector<std::pair<std::string, bool>>& said) {
    v1::RecordExitConsentsRequest request;
    request.set_procedure_id(procedure.procedure_id());
    for (const auto& [household, accepts] : said) {
      v1::ExitConsent& consent = *request.add_consents();
      consent.set_household_id(household);
      consent.set_accepts(accepts);
    }
    request.set_request_id(testing::NewRequestId());
    return Call(exits_, &Exits::RecordExitConsents, request, Registrar());
  }

  // Somebody with a role granted for the area of that level.
  std::string Clerk() { return TokenOf(options::v1::REGISTRAR, *standards::ParseAreaCode(kVillage), "clerk"); }

  // Acts in the step that was seen last; OK and what comes of it, or the reason.
  std::string Act(Procedure* seen, const std::string& token, const std::string& action) {
    return ProcedureFixture::Act(seen, FromJson<Action>(action), token);
  }
  std::string Approve(Procedure* seen, const std::string& token) {
    return ProcedureFixture::Act(seen, Approval(), token);
  }

  // Events of one type that wait to be told, in order.
  template <typename Fact>
  std::vector<Fact> Told() {
    return store::ToldIn<Fact>(database_);
  }

  ExitTables exit_tables_{registration_, host_, dispatcher_};
  testing::TestServer exit_server_{exit_tables_.all()};
  std::unique_ptr<Plans> plans_;
  std::unique_ptr<Exits> exits_;
  std::unique_ptr<Guarantees> guarantees_;
  std::unique_ptr<PovertyAreas> poverty_areas_;
  std::unique_ptr<Judgements> judgements_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_EXIT_FIXTURE_H_
