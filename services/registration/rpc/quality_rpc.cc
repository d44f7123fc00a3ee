#include "services/registration/rpc/quality_rpc.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "bangfu/registration/v1/quality_reason.pb.h"
#include "common/api/page_token.h"
#include "common/operations/operation_store.h"
#include "common/policy/document.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/label.h"
#include "services/registration/domain/reported_year.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/rpc/quality_run.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using operations::Operation;
using status::Refuse;

constexpr char kRoutine[] = "ROUTINE";
constexpr char kJudgeStep[] = "judge";

std::string PackNamed(const std::string& pack) { return pack.empty() ? kRoutine : pack; }

// The day asked for; today if none. INVALID_FIELD if it is in the future.
absl::StatusOr<absl::CivilDay> DayOf(const rpc::Call& call, const std::string& date) {
  const std::string today = TodayOf(call);
  if (date > today) return status::RefuseFields({{"date", "基准日期不能晚于今天，请改正"}});
  return *standards::ParseDate(date.empty() ? today : date);
}

v1::QualityRuleEntry EntryOf(const domain::QualityCheck& check, const domain::QualityPack& pack) {
  v1::QualityRuleEntry entry;
  entry.set_code(check.code);
  entry.set_title(domain::LabelOf(check.code));
  entry.set_group(check.group);
  entry.set_screen(check.screen);
  entry.set_looks_at(check.looks_at);
  const v1::QualityRule* rule = pack.Find(check.code);
  entry.set_enabled(rule != nullptr);
  if (rule == nullptr) return entry;
  *entry.mutable_rule() = *rule;
  entry.mutable_rule()->set_fix(pack.FixOf(*rule));
  return entry;
}

// The codes of areas right below end with so many zeros: cities of a province, counties, townships, villages.
int64_t UnitBelow(int64_t area) {
  switch (standards::LevelOf(area)) {
    case standards::kProvinceLevel: return 100'000'000;
    case standards::kCityLevel: return 1'000'000;
    case standards::kCountyLevel: return 1'000;
    default: return 1;
  }
}

// A city without counties has its townships right below it.
bool HasNoCounties(const std::map<int64_t, domain::QualityTally>& parts, int64_t area) {
  return standards::LevelOf(area) == standards::kCityLevel && parts.size() == 1 && parts.begin()->first == area;
}

domain::QualityTally SumOf(const std::map<int64_t, domain::QualityTally>& parts) {
  domain::QualityTally sum;
  for (const auto& [area, part] : parts) {
    sum.households += part.households;
    sum.persons += part.persons;
    sum.problem_households += part.problem_households;
    sum.stale_households += part.stale_households;
    sum.unconfirmed_days += part.unconfirmed_days;
    for (const auto& [rule, counted] : part.rules) {
      sum.rules[rule].households += counted.households;
      sum.rules[rule].issues += counted.issues;
    }
  }
  return sum;
}

// What a run counted in a larger area is not told to those who ask about a part of it.
v1::QualityRun ShownTo(int64_t area, v1::QualityRun run) {
  if (AreaNumber(run.area()) == area) return run;
  run.clear_operation();
  run.clear_household_count();
  run.clear_person_count();
  run.clear_new_count();
  run.clear_kept_count();
  run.clear_fixed_count();
  return run;
}

void AddNames(db::Tx& tx, int64_t area, v1::ListQualityScoresResponse* response) {
  std::vector<int64_t> codes = {area};
  for (const auto& score : response->scores()) codes.push_back(AreaNumber(score.area()));
  const auto areas = store::LoadAreas(tx, codes);
  const auto name = [&](v1::QualityScore* score) {
    const auto found = areas.find(AreaNumber(score->area()));
    if (found != areas.end()) score->set_area_name(found->second.name());
  };
  name(response->mutable_area());
  for (auto& score : *response->mutable_scores()) name(&score);
}

// The run that is named, or the newest that covers the area.
absl::StatusOr<store::QualityRunRecord> FinishedRun(db::Tx& tx, const v1::ListQualityScoresRequest& request) {
  const int64_t area = AreaNumber(request.area());
  const auto none = [&] { return Refuse(v1::QUALITY_NOT_SCORED, {{"area", request.area()}}); };
  if (request.run_id().empty()) {
    std::vector<int64_t> covering;
    for (int64_t code = area; code != 0; code = standards::ParentOf(code)) covering.push_back(code);
    auto run = store::FindFinishedQualityRun(tx, covering);
    if (!run) return none();
    return *std::move(run);
  }
  auto run = store::LoadQualityRun(tx, store::IdOf(request.run_id()));
  if (!run) return Refuse(v1::QUALITY_RUN_NOT_FOUND);
  if (!standards::IsWithin(area, run->area)) {
    return Refuse(v1::QUALITY_RUN_ELSEWHERE, {{"area", request.area()}, {"run_id", request.run_id()}});
  }
  if (!run->finish_time) return none();
  return *std::move(run);
}

void Bind(rpc::ServiceTable& table, QualityRpc* quality) {
  table.Add(quality, &QualityRpc::ListQualityRules)
      .Add(quality, &QualityRpc::StartQualityRun)
      .Add(quality, &QualityRpc::GetQualityRun)
      .Add(quality, &QualityRpc::ListQualityRuns)
      .Add(quality, &QualityRpc::CancelQualityRun)
      .Add(quality, &QualityRpc::ListQualityIssues)
      .Add(quality, &QualityRpc::GetQualityIssue)
      .Add(quality, &QualityRpc::AssignQualityIssues)
      .Add(quality, &QualityRpc::CommentQualityIssue)
      .Add(quality, &QualityRpc::RequestQualityWaiver)
      .Add(quality, &QualityRpc::DecideQualityWaiver)
      .Add(quality, &QualityRpc::RecheckHousehold)
      .Add(quality, &QualityRpc::ListQualityScores);
}

}  // namespace

absl::StatusOr<v1::ListQualityRulesResponse> QualityRpc::ListQualityRules(rpc::Call& call,
                                                                          const v1::ListQualityRulesRequest& request) {
  using Response = v1::ListQualityRulesResponse;
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  const auto day = *standards::ParseDate(request.date().empty() ? TodayOf(call) : request.date());
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    const auto book = registration_.policies->Open(tx);
    ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::QualityRules>(*book, area, day, PackNamed(request.pack())));
    const domain::QualityPack pack(rules.message);
    Response response;
    for (const auto& check : domain::QualityCatalogue()) *response.add_rules() = EntryOf(check, pack);
    return response;
  });
}

v1::QualityRun QualityRpc::Shown(db::Tx& tx, const store::QualityRunRecord& record) const {
  v1::QualityRun run;
  run.set_run_id(record.id.ToString());
  run.set_area(standards::FormatAreaCode(record.area));
  run.set_year(record.year);
  run.set_pack(record.pack);
  run.set_date(record.date);
  const policy::Rule* rule = registration_.policies->Open(tx)->FindDocument(record.policy_id);
  if (rule != nullptr) *run.mutable_policy() = policy::RefOf(rule->document);
  if (auto operation = operations::Load(tx, record.id)) *run.mutable_operation() = std::move(operation->operation);
  run.set_household_count(record.household_count);
  run.set_person_count(record.person_count);
  run.set_new_count(record.new_count);
  run.set_kept_count(record.kept_count);
  run.set_fixed_count(record.fixed_count);
  run.set_subject(record.subject);
  store::SetTime(record.create_time, run.mutable_create_time());
  if (record.finish_time) store::SetTime(*record.finish_time, run.mutable_finish_time());
  return run;
}

absl::StatusOr<v1::QualityRun> QualityRpc::StartQualityRun(rpc::Call& call, const v1::StartQualityRunRequest& request) {
  using Result = absl::StatusOr<v1::QualityRun>;
  store::QualityRunRecord record;
  record.area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(record.area));
  ASSIGN_OR_RETURN(const auto day, DayOf(call, request.date()));
  RETURN_IF_ERROR(domain::CheckCollectionBegun("year", "年度", request.year(), TodayOf(call)));
  record.id = {standards::CountyOf(record.area), ids::NewRecordNumber()};
  record.year = request.year();
  record.pack = PackNamed(request.pack());
  record.date = standards::FormatDate(day);
  record.subject = call.caller().subject;
  record.create_time = call.now();
  auto started =
      rpc::Write<v1::QualityRun>(call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> Result {
        const auto book = registration_.policies->Open(tx);
        ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::QualityRules>(*book, record.area, day, record.pack));
        record.policy_id = rules.ref.policy_id();
        if (const auto other = store::FindQualityRunAtWork(tx, record.area)) {
          return Refuse(v1::QUALITY_RUN_AT_WORK, {{"run_id", other->ToString()}});
        }
        store::InsertQualityRun(tx, record);
        operations::Insert(tx, {record.id, kQualityKind, record.area, record.subject, kJudgeStep, Operation::QUEUED});
        operations::Requeue(tx, record.id, kJudgeStep, {call.caller().session, call.trace()});
        effects.ActOn(record.id.ToString(), record.area);
        return Shown(tx, record);
      });
  if (started.ok()) wake_();
  return started;
}

absl::StatusOr<v1::QualityRun> QualityRpc::GetQualityRun(rpc::Call& call, const v1::GetQualityRunRequest& request) {
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::QualityRun> {
    const auto record = store::LoadQualityRun(tx, store::IdOf(request.run_id()));
    if (!record) return call.Missing(request.run_id(), Refuse(v1::QUALITY_RUN_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(record->area));
    return Shown(tx, *record);
  });
}

absl::StatusOr<v1::ListQualityRunsResponse> QualityRpc::ListQualityRuns(rpc::Call& call,
                                                                        const v1::ListQualityRunsRequest& request) {
  using Response = v1::ListQualityRunsResponse;
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto scope, call.ScopeIn(request.area()));
  ASSIGN_OR_RETURN(const auto place, PlaceOf<1>(registration_, request));
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    auto records = store::ListQualityRuns(tx, scope, place[0], page_size + 1);
    Response response;
    if (static_cast<int>(records.size()) > page_size) {
      records.pop_back();
      response.set_next_page_token(PageBehind(registration_, request, {records.back().id.number}));
    }
    for (const auto& record : records) *response.add_runs() = Shown(tx, record);
    return response;
  });
}

absl::StatusOr<v1::QualityRun> QualityRpc::CancelQualityRun(rpc::Call& call,
                                                            const v1::CancelQualityRunRequest& request) {
  return rpc::Write<v1::QualityRun>(call, registration_.write, request,
                                    [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::QualityRun> {
                                      const ids::RecordId id = store::IdOf(request.run_id());
                                      const auto record = store::LoadQualityRunForUpdate(tx, id);
                                      if (!record)
                                        return call.Missing(request.run_id(), Refuse(v1::QUALITY_RUN_NOT_FOUND));
                                      RETURN_IF_ERROR(call.Authorise(record->area));
                                      const auto operation = operations::Load(tx, id);
                                      const auto state = operation ? operation->operation.state() : Operation::FAILED;
                                      if (state != Operation::QUEUED && state != Operation::RUNNING)
                                        return Refuse(v1::QUALITY_RUN_ENDED);
                                      operations::RequestCancel(tx, id);
                                      effects.ActOn(request.run_id(), record->area);
                                      return Shown(tx, *record);
                                    });
}

absl::StatusOr<v1::ListQualityScoresResponse> QualityRpc::ListQualityScores(
    rpc::Call& call, const v1::ListQualityScoresRequest& request) {
  using Response = v1::ListQualityScoresResponse;
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const auto run, FinishedRun(tx, request));
    ASSIGN_OR_RETURN(const auto pack, PackOf(*registration_.policies->Open(tx), run.policy_id));
    const auto range = auth::RangeOf(area);
    auto parts = store::LoadTallies(tx, run.id, range, UnitBelow(area));
    if (HasNoCounties(parts, area)) parts = store::LoadTallies(tx, run.id, range, 1'000);
    Response response;
    *response.mutable_run() = ShownTo(area, Shown(tx, run));
    *response.mutable_area() = domain::ScoreQuality(SumOf(parts), pack, /*with_rules=*/true);
    response.mutable_area()->set_area(request.area());
    std::vector<v1::QualityScore> scores;
    for (const auto& [code, tally] : parts) {
      if (standards::LevelOf(area) == standards::kVillageLevel || tally.households == 0) continue;
      scores.push_back(domain::ScoreQuality(tally, pack, /*with_rules=*/false));
      scores.back().set_area(standards::FormatAreaCode(code));
    }
    domain::RankQuality(&scores);
    response.mutable_scores()->Assign(scores.begin(), scores.end());
    AddNames(tx, area, &response);
    return response;
  });
}

QualityTables::QualityTables(const Registration& registration, rpc::Dispatcher& dispatcher, std::function<void()> wake)
    : quality_(registration, std::move(wake)), table_("bangfu.registration.v1.QualityService", dispatcher) {
  Bind(table_, &quality_);
}

}  // namespace bangfu::registration
