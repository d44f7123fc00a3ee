#include "services/registration/rpc/reconciliation_rpc.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/matching_reason.pb.h"
#include "common/crypto/encode.h"
#include "common/crypto/random.h"
#include "common/procedure/advance.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/label.h"
#include "services/registration/domain/match_hit.h"
#include "services/registration/domain/reconciliation.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using status::Refuse;
using store::ReconciliationRecord;
using store::Stratum;
using v1::Reconciliation;
using v1::ReconciliationForm;
using v1::ReconciliationTask;

constexpr int kMostHouseholds = 2000;
constexpr size_t kSeedBytes = 16;

// The households of a village that a seed draws.
std::vector<std::string> Draw(const std::string& seed, int32_t shard, const Stratum& stratum) {
  std::vector<std::string> ids;
  for (const int64_t number : stratum.household_ids) ids.push_back(ids::RecordId{shard, number}.ToString());
  return procedure::DrawSample(seed, std::move(ids), stratum.drawn_count);
}

// How many are drawn of each village. RECONCILIATION_NOBODY, RECONCILIATION_AREA_TOO_LARGE.
absl::Status Stratify(const v1::ReconciliationRules& rules, std::vector<Stratum>* strata) {
  int drawn = 0;
  for (Stratum& stratum : *strata) {
    stratum.drawn_count = domain::SampleSize(rules, static_cast<int>(stratum.household_ids.size()));
    drawn += stratum.drawn_count;
  }
  if (drawn == 0) return Refuse(v1::RECONCILIATION_NOBODY);
  if (drawn <= kMostHouseholds) return absl::OkStatus();
  return Refuse(v1::RECONCILIATION_AREA_TOO_LARGE,
                {{"sample_count", absl::StrCat(drawn)}, {"limit", absl::StrCat(kMostHouseholds)}});
}

// An empty form for each household that was drawn.
std::vector<ReconciliationForm> FormsOf(const ReconciliationRecord& record, const std::vector<Stratum>& strata) {
  std::vector<ReconciliationForm> forms;
  for (const Stratum& stratum : strata) {
    for (std::string& household_id : Draw(record.shown.seed(), record.id.shard, stratum)) {
      ReconciliationForm& form = forms.emplace_back();
      form.set_form_id(NewIdIn(household_id));
      form.set_reconciliation_id(record.shown.reconciliation_id());
      form.set_area(standards::FormatAreaCode(stratum.village));
      form.set_household_id(std::move(household_id));
    }
  }
  return forms;
}

// Fills in what the system says.
void Prefill(db::Tx& tx, const v1::ReconciliationRules& rules, std::vector<ReconciliationForm>* forms) {
  std::vector<ids::RecordId> households;
  for (const ReconciliationForm& form : *forms) households.push_back(store::IdOf(form.household_id()));
  store::SystemValues values = store::LoadSystemValues(tx, households);
  for (size_t i = 0; i < forms->size(); ++i) {
    for (const int field : rules.fields()) {
      v1::ReconciliationValue& value = *(*forms)[i].add_values();
      value.set_field(static_cast<domain::ReconciledField>(field));
      value.set_system_value(values[households[i].number][field]);
    }
  }
}

bool IsOverdue(const ReconciliationTask& task, const std::string& today) {
  return !task.done() && task.due_date() < today;
}

}  // namespace

absl::StatusOr<ReconciliationRecord> ReconciliationRpc::Load(rpc::Call& call, db::Tx& tx, const std::string& id) const {
  auto record = store::LoadReconciliation(tx, store::IdOf(id));
  if (!record) return call.Missing(id, Refuse(v1::RECONCILIATION_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(record->area));
  return *std::move(record);
}

absl::StatusOr<Reconciliation> ReconciliationRpc::CreateReconciliation(rpc::Call& call,
                                                                       const v1::CreateReconciliationRequest& request) {
  const int64_t area = AreaNumber(request.area());
  if (standards::LevelOf(area) < standards::kCountyLevel) {
    return status::RefuseFields({{"area", "区域代码: 应为旗县及以下"}});
  }
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<Reconciliation> {
    RETURN_IF_ERROR(call.Authorise(area));
    const auto book = registration_.policies->Open(tx);
    ASSIGN_OR_RETURN(const auto rules,
                     policy::Resolve<v1::ReconciliationRules>(*book, area, *standards::ParseDate(TodayOf(call))));
    std::vector<Stratum> strata = store::LoadPopulation(tx, area);
    RETURN_IF_ERROR(Stratify(rules.message, &strata));
    ReconciliationRecord record;
    record.shown.set_reconciliation_id(NewIdIn(request.area()));
    record.id = store::IdOf(record.shown.reconciliation_id());
    record.area = area;
    record.tolerance_fen = rules.message.income_tolerance_fen();
    record.fix_days = rules.message.fix_days();
    record.shown.set_area(request.area());
    record.shown.set_seed(crypto::HexEncode(crypto::RandomBytes(kSeedBytes)));
    record.shown.set_policy_id(rules.ref.policy_id());
    record.shown.set_subject(call.caller().subject);
    store::SetTime(call.now(), record.shown.mutable_create_time());
    int64_t population = 0;
    for (const Stratum& stratum : strata) population += static_cast<int64_t>(stratum.household_ids.size());
    record.shown.set_population_count(population);
    store::InsertReconciliation(tx, record, strata);
    std::vector<ReconciliationForm> forms = FormsOf(record, strata);
    Prefill(tx, rules.message, &forms);
    store::InsertForms(tx, forms);
    effects.ActOn(record.shown.reconciliation_id(), area);
    *record.shown.mutable_figures() = store::LoadFigures(tx, {record.id}, TodayOf(call))[0];
    return record.shown;
  };
  return rpc::Write<Reconciliation>(call, registration_.write, request, write);
}

absl::StatusOr<Reconciliation> ReconciliationRpc::GetReconciliation(rpc::Call& call,
                                                                    const v1::GetReconciliationRequest& request) {
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Reconciliation> {
    ASSIGN_OR_RETURN(ReconciliationRecord record, Load(call, tx, request.reconciliation_id()));
    *record.shown.mutable_figures() = store::LoadFigures(tx, {record.id}, TodayOf(call))[0];
    for (auto& figure : store::LoadFieldFigures(tx, record.id)) *record.shown.add_fields() = std::move(figure);
    return record.shown;
  });
}

absl::StatusOr<v1::ListReconciliationsResponse> ReconciliationRpc::ListReconciliations(
    rpc::Call& call, const v1::ListReconciliationsRequest& request) {
  using Response = v1::ListReconciliationsResponse;
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto scope, call.ScopeIn(request.area()));
  ASSIGN_OR_RETURN(const auto place, PlaceOf<1>(registration_, request));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    auto records = store::ListReconciliations(tx, scope, place[0], page_size + 1);
    Response response;
    if (static_cast<int>(records.size()) > page_size) {
      records.pop_back();
      response.set_next_page_token(PageBehind(registration_, request, {records.back().id.number}));
    }
    std::vector<ids::RecordId> ids;
    for (const ReconciliationRecord& record : records) ids.push_back(record.id);
    auto figures = store::LoadFigures(tx, ids, TodayOf(call));
    for (size_t i = 0; i < records.size(); ++i) {
      *records[i].shown.mutable_figures() = std::move(figures[i]);
      *response.add_reconciliations() = std::move(records[i].shown);
    }
    return response;
  });
}

absl::StatusOr<v1::ReplayReconciliationResponse> ReconciliationRpc::ReplayReconciliation(
    rpc::Call& call, const v1::ReplayReconciliationRequest& request) {
  using Response = v1::ReplayReconciliationResponse;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const ReconciliationRecord record, Load(call, tx, request.reconciliation_id()));
    Response response;
    std::set<std::string> drawn;
    for (const Stratum& stratum : store::LoadStrata(tx, record.id)) {
      for (std::string& id : Draw(record.shown.seed(), record.id.shard, stratum)) {
        drawn.insert(id);
        response.add_household_ids(std::move(id));
      }
    }
    std::set<std::string> kept;
    for (const int64_t number : store::LoadDrawn(tx, record.id)) {
      kept.insert(ids::RecordId{record.id.shard, number}.ToString());
    }
    response.set_same_sample(drawn == kept);
    return response;
  });
}

absl::StatusOr<v1::ListReconciliationFormsResponse> ReconciliationRpc::ListReconciliationForms(
    rpc::Call& call, const v1::ListReconciliationFormsRequest& request) {
  using Response = v1::ListReconciliationFormsResponse;
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto place, PlaceOf<2>(registration_, request));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const ReconciliationRecord record, Load(call, tx, request.reconciliation_id()));
    auto forms =
        store::ListForms(tx, record.id, request.state(), request.agreement(), place[0], place[1], page_size + 1);
    Response response;
    if (static_cast<int>(forms.size()) > page_size) {
      forms.pop_back();
      response.set_next_page_token(PageBehind(
          registration_, request, {AreaNumber(forms.back().area()), store::IdOf(forms.back().form_id()).number}));
    }
    for (ReconciliationForm& form : forms) *response.add_forms() = std::move(form);
    return response;
  });
}

absl::StatusOr<ReconciliationForm> ReconciliationRpc::GetReconciliationForm(
    rpc::Call& call, const v1::GetReconciliationFormRequest& request) {
  const ids::RecordId id = store::IdOf(request.form_id());
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<ReconciliationForm> {
    auto form = store::LoadForm(tx, id);
    if (!form) return call.Missing(request.form_id(), Refuse(v1::RECONCILIATION_FORM_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(form->area())));
    for (auto& value : store::LoadValues(tx, id)) *form->add_values() = std::move(value);
    return *std::move(form);
  });
}

absl::Status ReconciliationRpc::CheckCodes(const std::vector<v1::ReconciliationValue>& values) const {
  std::vector<status::FieldError> errors;
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string dictionary(domain::DictionaryOf(values[i].field()));
    if (dictionary.empty()) continue;
    for (const std::string& code : {values[i].paper_value(), values[i].reality_value()}) {
      if (code.empty() || (*registration_.dictionaries->lookup())(dictionary, code)) continue;
      errors.push_back({absl::StrCat("values[", i, "]"),
                        absl::StrCat(domain::LabelOf(values[i].field()), ": 代码不在代码表 ", dictionary, " 中")});
    }
  }
  return errors.empty() ? absl::OkStatus() : status::RefuseFields(errors);
}

absl::StatusOr<ReconciliationForm> ReconciliationRpc::EnterReconciliationForm(
    rpc::Call& call, const v1::EnterReconciliationFormRequest& request) {
  const std::vector<v1::ReconciliationValue> given(request.values().begin(), request.values().end());
  RETURN_IF_ERROR(CheckCodes(given));
  if (request.visit_date() > TodayOf(call)) return status::RefuseFields({{"visit_date", "入户日期: 不能晚于今天"}});
  if (!domain::IsSha256(request.evidence_sha256())) {
    return status::RefuseFields({{"evidence_sha256", "佐证校验值: 应为 64 位小写十六进制 SHA-256"}});
  }
  const ids::RecordId id = store::IdOf(request.form_id());
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<ReconciliationForm> {
    auto form = store::LoadFormForUpdate(tx, id);
    if (!form) return call.Missing(request.form_id(), Refuse(v1::RECONCILIATION_FORM_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(form->area())));
    if (form->state() != ReconciliationForm::OPEN) return Refuse(v1::RECONCILIATION_FORM_ENTERED);
    const auto record = store::LoadReconciliation(tx, store::IdOf(form->reconciliation_id()));
    ASSIGN_OR_RETURN(const auto values, domain::Enter(store::LoadValues(tx, id), given, record->tolerance_fen));
    form->mutable_values()->Assign(values.begin(), values.end());
    auto tasks = domain::TasksOf(values, record->tolerance_fen);
    form->set_state(ReconciliationForm::ENTERED);
    form->set_agreement(tasks.empty() ? ReconciliationForm::AGREES : ReconciliationForm::DIFFERS);
    form->set_checker(call.caller().subject);
    form->set_visit_date(request.visit_date());
    form->set_evidence_sha256(request.evidence_sha256());
    store::SaveForm(tx, *form);
    for (ReconciliationTask& task : tasks) {
      task.set_task_id(NewIdIn(request.form_id()));
      task.set_form_id(request.form_id());
      task.set_area(form->area());
      task.set_household_id(form->household_id());
      task.set_due_date(standards::FormatDate(*standards::ParseDate(request.visit_date()) + record->fix_days));
    }
    if (!tasks.empty()) store::InsertTasks(tx, record->id, tasks, call.now());
    effects.ActOn(request.form_id(), AreaNumber(form->area()));
    return *form;
  };
  return rpc::Write<ReconciliationForm>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListReconciliationTasksResponse> ReconciliationRpc::ListReconciliationTasks(
    rpc::Call& call, const v1::ListReconciliationTasksRequest& request) {
  using Response = v1::ListReconciliationTasksResponse;
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  store::TaskFilter filter;
  ASSIGN_OR_RETURN(filter.areas, call.ScopeIn(request.area()));
  filter.only_open = request.only_open();
  filter.overdue = request.overdue();
  filter.reconciliation = store::IdOf(request.reconciliation_id());
  filter.today = TodayOf(call);
  ASSIGN_OR_RETURN(const auto place, PlaceOf<2>(registration_, request));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    auto tasks = store::ListTasks(tx, filter, place[0], place[1], page_size + 1);
    Response response;
    if (static_cast<int>(tasks.size()) > page_size) {
      tasks.pop_back();
      response.set_next_page_token(PageBehind(
          registration_, request, {AreaNumber(tasks.back().area()), store::IdOf(tasks.back().task_id()).number}));
    }
    for (ReconciliationTask& task : tasks) {
      task.set_overdue(IsOverdue(task, filter.today));
      *response.add_tasks() = std::move(task);
    }
    return response;
  });
}

std::string ReconciliationRpc::SystemValueOf(db::Tx& tx, const ReconciliationTask& task) const {
  const ids::RecordId household = store::IdOf(task.household_id());
  return store::LoadSystemValues(tx, {household})[household.number][task.field()];
}

absl::StatusOr<ReconciliationTask> ReconciliationRpc::FixReconciliationTask(
    rpc::Call& call, const v1::FixReconciliationTaskRequest& request) {
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<ReconciliationTask> {
    auto record = store::LoadTaskForUpdate(tx, store::IdOf(request.task_id()));
    if (!record) return call.Missing(request.task_id(), Refuse(v1::RECONCILIATION_TASK_NOT_FOUND));
    ReconciliationTask& task = record->shown;
    const int64_t area = AreaNumber(task.area());
    RETURN_IF_ERROR(call.Authorise(area));
    if (task.done()) return Refuse(v1::RECONCILIATION_TASK_DONE);
    const bool of_paper = task.place() == ReconciliationTask::PAPER;
    if (of_paper && !domain::IsSha256(request.evidence_sha256())) {
      return status::RefuseFields(
          {{"evidence_sha256", "佐证校验值: 档案整改须附佐证, 应为 64 位小写十六进制 SHA-256"}});
    }
    if (!of_paper &&
        !domain::IsSame(task.field(), SystemValueOf(tx, task), task.reality_value(), record->tolerance_fen)) {
      return Refuse(v1::RECONCILIATION_STILL_DIFFERS, {{"field", domain::LabelOf(task.field())}});
    }
    task.set_done(true);
    task.set_fixer(call.caller().subject);
    if (of_paper) task.set_evidence_sha256(request.evidence_sha256());
    store::SaveTask(tx, &task, call.now());
    effects.ActOn(request.task_id(), area);
    return task;
  };
  return rpc::Write<ReconciliationTask>(call, registration_.write, request, write);
}

}  // namespace bangfu::registration
