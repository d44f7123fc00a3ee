// Three-way reconciliation through gRPC: the sample, forms, differences and what becomes of them.
#include <set>
#include <string>
#include <vector>

#include "services/registration/rpc/matching_fixture.h"

namespace bangfu::registration {
namespace {

using Rules = v1::ReconciliationRules;

class ReconciliationRpcTest : public MatchingFixture {
 protected:
  absl::StatusOr<v1::Reconciliation> Draw(const std::string& area, const std::string& token) {
    v1::CreateReconciliationRequest request;
    request.set_area(area);
    request.set_request_id(testing::NewRequestId());
    return Call(reconciling_, &Reconciling::CreateReconciliation, request, token);
  }

  v1::Reconciliation Read(const std::string& id) {
    v1::GetReconciliationRequest request;
    request.set_reconciliation_id(id);
    auto read = Call(reconciling_, &Reconciling::GetReconciliation, request, Viewer());
    EXPECT_TRUE(read.ok()) << read.status();
    return *read;
  }

  std::vector<v1::ReconciliationForm> Forms(const std::string& id, v1::ReconciliationForm::Agreement agreement = {}) {
    v1::ListReconciliationFormsRequest request;
    request.set_reconciliation_id(id);
    request.set_agreement(agreement);
    auto listed = Call(reconciling_, &Reconciling::ListReconciliationForms, request, Viewer());
    EXPECT_TRUE(listed.ok()) << listed.status();
    return {listed->forms().begin(), listed->forms().end()};
  }

  std::vector<v1::ReconciliationTask> Tasks(bool only_open, bool overdue = false) {
    v1::ListReconciliationTasksRequest request;
    request.set_only_open(only_open);
    request.set_overdue(overdue);
    auto listed = Call(reconciling_, &Reconciling::ListReconciliationTasks, request, Viewer());
    EXPECT_TRUE(listed.ok()) << listed.status();
    return {listed->tasks().begin(), listed->tasks().end()};
  }

  // Each value as the system, the paper and the reality have it: what is said of members by `paper` and `reality`.
  absl::StatusOr<v1::ReconciliationForm> EnterForm(const std::string& form_id, const std::string& paper,
                                                   const std::string& reality, const std::string& cause = "01") {
    v1::EnterReconciliationFormRequest request;
    request.set_form_id(form_id);
    const auto add = [&](Rules::Field field, const std::string& paper_value, const std::string& reality_value) {
      auto* value = request.add_values();
      value->set_field(field);
      value->set_paper_value(paper_value);
      value->set_reality_value(reality_value);
    };
    add(Rules::MEMBER_COUNT, paper, reality);
    add(Rules::EXIT_FLAG, "0", "0");
    add(Rules::MAIN_CAUSE, cause, "01");
    request.set_visit_date("2026-03-02");
    request.set_evidence_sha256(std::string(64, 'c'));
    request.set_request_id(testing::NewRequestId());
    return Call(reconciling_, &Reconciling::EnterReconciliationForm, request, Registrar());
  }

  absl::StatusOr<v1::ReconciliationTask> Fix(const std::string& task_id, const std::string& evidence = "") {
    v1::FixReconciliationTaskRequest request;
    request.set_task_id(task_id);
    request.set_evidence_sha256(evidence);
    request.set_request_id(testing::NewRequestId());
    return Call(reconciling_, &Reconciling::FixReconciliationTask, request, Registrar());
  }
};

TEST_F(ReconciliationRpcTest, ASampleIsOfEveryVillageAndCanBeDrawnAgain) {
  EXPECT_EQ(ReasonOf(Draw("150526000000", Reviewer())), "RECONCILIATION_NOBODY");
  for (int i = 0; i < 9; ++i) Register(kVillage, 1);
  Register(kSecondVillage, 1);
  Register(kForeignVillage, 1);
  const auto drawn = Draw("150526000000", Reviewer());
  ASSERT_TRUE(drawn.ok()) << drawn.status();
  EXPECT_EQ(drawn->population_count(), 10);
  EXPECT_EQ(drawn->figures().form_count(), 4) << "a quarter of nine rounded up, and the one of the other village";
  EXPECT_EQ(drawn->seed().size(), 32u);
  const auto forms = Forms(drawn->reconciliation_id());
  ASSERT_EQ(forms.size(), 4u);
  Register(kVillage, 1);  // whoever comes later was not there to be drawn
  v1::ReplayReconciliationRequest replay;
  replay.set_reconciliation_id(drawn->reconciliation_id());
  const auto replayed = Call(reconciling_, &Reconciling::ReplayReconciliation, replay, Reviewer());
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_TRUE(replayed->same_sample());
  std::set<std::string> of_forms, of_replay(replayed->household_ids().begin(), replayed->household_ids().end());
  for (const auto& form : forms) of_forms.insert(form.household_id());
  EXPECT_EQ(of_forms, of_replay);
}

TEST_F(ReconciliationRpcTest, AreaAndRoleAreMinded) {
  EXPECT_EQ(ReasonOf(Draw("150526000000", Reviewer(kOtherCounty))), "AREA_OUT_OF_SCOPE");
  EXPECT_EQ(ReasonOf(Draw("150526000000", Registrar())), "PERMISSION_DENIED");
  EXPECT_EQ(ReasonOf(Draw("150000000000", Reviewer(kProvince))), "INVALID_FIELD");
}

TEST_F(ReconciliationRpcTest, DifferencesBecomeTasksAndFiguresOpenTheirRows) {
  Register(kVillage, 2);
  v1::Household second = Register(kVillage, 3);
  const std::string id = Draw(kVillage, Reviewer())->reconciliation_id();
  const auto forms = Forms(id);
  ASSERT_EQ(forms.size(), 2u);
  for (const auto& form : forms) {
    v1::GetReconciliationFormRequest request;
    request.set_form_id(form.form_id());
    const auto read = Call(reconciling_, &Reconciling::GetReconciliationForm, request, Viewer());
    ASSERT_TRUE(read.ok()) << read.status();
    ASSERT_EQ(read->values_size(), 3);
    const bool of_second = form.household_id() == second.household_id();
    EXPECT_EQ(read->values(0).system_value(), of_second ? "3" : "2");
    const auto entered = of_second ? EnterForm(form.form_id(), "3", "4", "02") : EnterForm(form.form_id(), "2", "2");
    ASSERT_TRUE(entered.ok()) << entered.status();
    EXPECT_EQ(ReasonOf(EnterForm(form.form_id(), "2", "2")), "RECONCILIATION_FORM_ENTERED");
  }
  const auto figures = Read(id).figures();
  EXPECT_EQ(figures.entered_count(), 2);
  EXPECT_EQ(figures.agreed_form_count(), static_cast<int>(Forms(id, v1::ReconciliationForm::AGREES).size()));
  EXPECT_EQ(figures.agreed_form_count(), 1);
  EXPECT_EQ(figures.value_count(), 6);
  EXPECT_EQ(figures.agreed_value_count(), 4);
  EXPECT_EQ(figures.open_task_count(), static_cast<int>(Tasks(true).size()));
  EXPECT_EQ(figures.open_task_count(), 3) << "system and paper of the members, paper of the cause";
  EXPECT_EQ(Read(id).fields_size(), 3);
  clock_.Advance(absl::Hours(24 * 31));
  EXPECT_EQ(Read(id).figures().overdue_task_count(), static_cast<int>(Tasks(false, true).size()));
  EXPECT_EQ(Tasks(false, true).size(), 3u);
}

TEST_F(ReconciliationRpcTest, ATaskIsDoneWhenTheDifferenceIsGone) {
  const v1::Household household = Register(kVillage, 1);
  const std::string id = Draw(kVillage, Reviewer())->reconciliation_id();
  ASSERT_TRUE(EnterForm(Forms(id)[0].form_id(), "1", "2").ok());
  const auto tasks = Tasks(true);
  ASSERT_EQ(tasks.size(), 2u);
  const bool system_first = tasks[0].place() == v1::ReconciliationTask::SYSTEM;
  const auto &system = tasks[system_first ? 0 : 1], &paper = tasks[system_first ? 1 : 0];
  EXPECT_EQ(ReasonOf(Fix(system.task_id())), "RECONCILIATION_STILL_DIFFERS");
  v1::Member member = NewMember(next_serial_++, "99");
  member.set_join_date("2026-03-02");
  ASSERT_TRUE(Add(household.household_id(), member).ok());
  EXPECT_TRUE(Fix(system.task_id()).ok());
  EXPECT_EQ(ReasonOf(Fix(system.task_id())), "RECONCILIATION_TASK_DONE");
  EXPECT_EQ(ReasonOf(Fix(paper.task_id())), "INVALID_FIELD");
  EXPECT_TRUE(Fix(paper.task_id(), std::string(64, 'd')).ok());
  EXPECT_EQ(Tasks(true).size(), 0u);
  EXPECT_EQ(Tasks(false).size(), 2u);
}

}  // namespace
}  // namespace bangfu::registration
