// The methods of QualityService for issues: listed, assigned, commented, explained, and looked at again.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/quality_events.pb.h"
#include "bangfu/registration/v1/quality_reason.pb.h"
#include "common/api/page_token.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/label.h"
#include "services/registration/domain/reported_year.h"
#include "services/registration/rpc/list_request.h"
#include "services/registration/rpc/quality_rpc.h"
#include "services/registration/rpc/quality_run.h"
#include "services/registration/store/quality_issue_store.h"
#include "services/registration/store/quality_run_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using status::Refuse;
using v1::QualityIssue;

constexpr int kNotes = 200;
constexpr int kAssignedAtOnce = 10'000;
constexpr char kRoutine[] = "ROUTINE";

bool IsOpen(const QualityIssue& issue) {
  return issue.state() == QualityIssue::OPEN || issue.state() == QualityIssue::WAIVER_REQUESTED;
}

// The filter, and unless it speaks of the state, that the issues are to be mended or wait for a second person.
absl::StatusOr<api::Filter> FilterOf(const std::string& text) {
  ASSIGN_OR_RETURN(api::Filter filter, api::ParseFilter(text));
  if (store::Mentions(filter, "state")) return filter;
  ASSIGN_OR_RETURN(api::Filter open, api::ParseFilter("state = OPEN OR state = WAIVER_REQUESTED"));
  if (filter.kind == api::Filter::Kind::kEverything) return open;
  api::Filter both;
  both.kind = api::Filter::Kind::kAnd;
  both.parts = {std::move(filter), std::move(open)};
  return both;
}

absl::StatusOr<store::ListQuery> QueryOf(const v1::ListQualityIssuesRequest& request, const std::string& name,
                                         const api::PageTokens& tokens) {
  store::ListQuery query;
  ASSIGN_OR_RETURN(query.filter, FilterOf(request.filter()));
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  query.condition = "TRUE";
  if (!request.household_id().empty()) {
    const ids::RecordId household = store::IdOf(request.household_id());
    query.condition = "t.shard = $1 AND t.household_id = $2";
    query.condition_params = {absl::StrCat(household.shard), absl::StrCat(household.number)};
  }
  if (request.page_token().empty()) return query;
  ASSIGN_OR_RETURN(query.after, tokens.Open(request.page_token(), name));
  return query;
}

absl::Status WrongState(QualityIssue::State state) {
  return Refuse(v1::QUALITY_ISSUE_WRONG_STATE, {{"state", domain::LabelOf(state)}});
}

// Locks an issue that the caller may act on. QUALITY_ISSUE_NOT_FOUND, AREA_OUT_OF_SCOPE.
absl::StatusOr<domain::QualityRecord> LockIssue(rpc::Call& call, db::Tx& tx, const std::string& issue_id) {
  auto record = store::LoadIssueForUpdate(tx, store::IdOf(issue_id));
  if (!record) return call.Missing(issue_id, Refuse(v1::QUALITY_ISSUE_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaNumber(record->issue.area())));
  return *std::move(record);
}

// Writes an issue that a person moved, with its note and the event.
void SaveMoved(rpc::Call& call, db::Tx& tx, v1::QualityNote::Kind kind, const std::string& text,
               domain::QualityRecord* record, rpc::Effects* effects) {
  store::SaveIssue(tx, record);
  const std::string& issue_id = record->issue.issue_id();
  store::AddNote(tx, store::IdOf(issue_id), kind, text, AuthorOf(call));
  const int64_t area = AreaNumber(record->issue.area());
  effects->ActOn(issue_id, area);
  v1::QualityWaiverMoved moved;
  moved.set_issue_id(issue_id);
  moved.set_state(QualityIssue::State_Name(record->issue.state()));
  effects->Emit(moved, issue_id, area);
}

// By which documents and for which years a household is looked at; and whether a run has found issues so.
using Looks = std::map<std::pair<std::string, int>, bool>;

absl::StatusOr<Looks> LooksOf(const policy::Book& book, const std::vector<domain::QualityRecord>& known, int64_t area,
                              const std::string& today) {
  Looks looks;
  for (const auto& record : known) {
    if (record.issue.state() == QualityIssue::FIXED) continue;
    bool& by_run = looks[{record.policy_id, record.issue.year()}];
    by_run = by_run || !record.issue.run_id().empty();
  }
  if (!looks.empty()) return looks;
  const absl::CivilDay day = *standards::ParseDate(today);
  ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::QualityRules>(book, area, day, kRoutine));
  looks[{rules.ref.policy_id(), domain::CollectionYearOf(day)}] = false;
  return looks;
}

// As of which day the last run over the village judged, so that time alone neither makes issues nor mends them.
std::optional<absl::CivilDay> DayOfRun(db::Tx& tx, int64_t area, const std::string& policy_id, int year) {
  std::vector<int64_t> covering;
  for (int64_t code = area; code != 0; code = standards::ParentOf(code)) covering.push_back(code);
  const auto date = store::FindQualityRunDate(tx, covering, policy_id, year);
  return date ? standards::ParseDate(*date) : std::nullopt;
}

}  // namespace

absl::StatusOr<v1::ListQualityIssuesResponse> QualityRpc::ListQualityIssues(
    rpc::Call& call, const v1::ListQualityIssuesRequest& request) {
  using Response = v1::ListQualityIssuesResponse;
  const std::string name =
      absl::StrCat("quality-issues\n", request.area(), "\n", request.household_id(), "\n", request.filter());
  ASSIGN_OR_RETURN(auto query, QueryOf(request, name, *registration_.page_tokens));
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(const auto page, store::ListIssues(tx, query));
    Response response;
    response.mutable_issues()->Assign(page.records.begin(), page.records.end());
    if (page.more) response.set_next_page_token(registration_.page_tokens->Seal(name, page.last_key));
    if (!request.page_token().empty()) return response;
    store::Total total{static_cast<int64_t>(page.records.size())};
    if (page.more) {
      ASSIGN_OR_RETURN(total, store::CountIssues(tx, query));
    }
    response.set_total_size(static_cast<int32_t>(total.rows));
    response.set_total_size_is_floor(total.floor);
    return response;
  });
}

absl::StatusOr<v1::GetQualityIssueResponse> QualityRpc::GetQualityIssue(rpc::Call& call,
                                                                        const v1::GetQualityIssueRequest& request) {
  using Response = v1::GetQualityIssueResponse;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    const ids::RecordId id = store::IdOf(request.issue_id());
    const auto record = store::LoadIssue(tx, id);
    if (!record) return call.Missing(request.issue_id(), Refuse(v1::QUALITY_ISSUE_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(record->issue.area())));
    Response response;
    *response.mutable_issue() = record->issue;
    const auto notes = store::ListNotes(tx, id, kNotes);
    response.mutable_notes()->Assign(notes.begin(), notes.end());
    return response;
  });
}

absl::StatusOr<v1::AssignQualityIssuesResponse> QualityRpc::AssignQualityIssues(
    rpc::Call& call, const v1::AssignQualityIssuesRequest& request) {
  using Response = v1::AssignQualityIssuesResponse;
  const int64_t area = AreaNumber(request.area());
  store::ListQuery query;
  ASSIGN_OR_RETURN(query.filter, FilterOf(request.filter()));
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  query.limit = kAssignedAtOnce;
  query.condition = "TRUE";
  if (request.issue_ids_size() > 0) {
    std::vector<int64_t> numbers;
    for (const std::string& issue_id : request.issue_ids()) numbers.push_back(store::IdOf(issue_id).number);
    query.condition = "t.id = ANY($1::bigint[])";
    query.condition_params = {db::IntegerArray(numbers)};
  }
  return rpc::Write<Response>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<Response> {
        ASSIGN_OR_RETURN(const auto page, store::ListIssues(tx, query));
        if (page.more) return Refuse(v1::QUALITY_TOO_MANY_ISSUES, {{"limit", absl::StrCat(kAssignedAtOnce)}});
        std::vector<ids::RecordId> ids;
        for (const QualityIssue& issue : page.records) ids.push_back(store::IdOf(issue.issue_id()));
        Response response;
        response.set_issue_count(store::AssignIssues(tx, ids, request.assignee(), request.due_date(), AuthorOf(call)));
        // Areas have no record ids: one is made of the code. What was assigned is told by the notes of the issues.
        const std::string subject = ids::RecordId{standards::CountyOf(area), area}.ToString();
        effects.ActOn(subject, area);
        v1::QualityIssuesAssigned assigned;
        assigned.set_assignee(request.assignee());
        assigned.set_issue_count(response.issue_count());
        effects.Emit(assigned, subject, area);
        return response;
      });
}

absl::StatusOr<QualityIssue> QualityRpc::CommentQualityIssue(rpc::Call& call,
                                                             const v1::CommentQualityIssueRequest& request) {
  return rpc::Write<QualityIssue>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<QualityIssue> {
        ASSIGN_OR_RETURN(auto record, LockIssue(call, tx, request.issue_id()));
        store::AddNote(tx, store::IdOf(request.issue_id()), v1::QualityNote::COMMENTED, request.text(), AuthorOf(call));
        effects.ActOn(request.issue_id(), AreaNumber(record.issue.area()));
        return record.issue;
      });
}

absl::StatusOr<QualityIssue> QualityRpc::RequestQualityWaiver(rpc::Call& call,
                                                              const v1::RequestQualityWaiverRequest& request) {
  return rpc::Write<QualityIssue>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<QualityIssue> {
        ASSIGN_OR_RETURN(auto record, LockIssue(call, tx, request.issue_id()));
        RETURN_IF_ERROR(CheckVersion(request.etag(), request.issue_id(), record.issue.etag()));
        if (record.issue.state() != QualityIssue::OPEN) return WrongState(record.issue.state());
        record.issue.set_state(QualityIssue::WAIVER_REQUESTED);
        record.issue.set_waiver(request.explanation());
        record.waiver_by = call.caller().subject;
        SaveMoved(call, tx, v1::QualityNote::WAIVER_REQUESTED, request.explanation(), &record, &effects);
        return record.issue;
      });
}

absl::StatusOr<QualityIssue> QualityRpc::DecideQualityWaiver(rpc::Call& call,
                                                             const v1::DecideQualityWaiverRequest& request) {
  return rpc::Write<QualityIssue>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<QualityIssue> {
        ASSIGN_OR_RETURN(auto record, LockIssue(call, tx, request.issue_id()));
        RETURN_IF_ERROR(CheckVersion(request.etag(), request.issue_id(), record.issue.etag()));
        if (record.issue.state() != QualityIssue::WAIVER_REQUESTED) return WrongState(record.issue.state());
        if (record.waiver_by == call.caller().subject) return Refuse(v1::QUALITY_WAIVER_SECOND_PERSON);
        record.issue.set_state(request.approved() ? QualityIssue::WAIVED : QualityIssue::OPEN);
        if (!request.approved()) record.issue.clear_waiver();
        if (!request.approved()) record.waiver_by.clear();
        SaveMoved(call, tx, request.approved() ? v1::QualityNote::WAIVER_APPROVED : v1::QualityNote::WAIVER_REJECTED,
                  request.comment(), &record, &effects);
        return record.issue;
      });
}

absl::StatusOr<v1::RecheckHouseholdResponse> QualityRpc::RecheckHousehold(rpc::Call& call,
                                                                          const v1::RecheckHouseholdRequest& request) {
  using Response = v1::RecheckHouseholdResponse;
  const ids::RecordId id = store::IdOf(request.household_id());
  const std::string today = TodayOf(call);
  return rpc::Write<Response>(
      call, registration_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<Response> {
        ASSIGN_OR_RETURN(const auto household, LockHousehold(registration_, call, tx, request.household_id()));
        const int64_t area = AreaNumber(household.area());
        const auto book = registration_.policies->Open(tx);
        ASSIGN_OR_RETURN(const auto looks, LooksOf(*book, store::LoadIssuesForUpdate(tx, {id}), area, today));
        Response response;
        for (const auto& [how, by_run] : looks) {
          const auto& [policy_id, year] = how;
          ASSIGN_OR_RETURN(const auto pack, PackOf(*book, policy_id));
          const absl::CivilDay day = *standards::ParseDate(today);
          const domain::QualityLook look{&pack, policy_id, "", year, day};
          const absl::CivilDay judged = by_run ? DayOfRun(tx, area, policy_id, year).value_or(day) : day;
          ASSIGN_OR_RETURN(const auto looked, LookAtHouseholds(registration_, tx, look, judged, {id}));
          response.set_fixed_count(response.fixed_count() + looked.change.fixed_count);
        }
        v1::HouseholdQualityChecked checked;
        for (auto& record : store::LoadIssuesForUpdate(tx, {id})) {
          if (record.issue.state() == QualityIssue::FIXED) continue;
          checked.set_open_count(checked.open_count() + (IsOpen(record.issue) ? 1 : 0));
          *response.add_issues() = std::move(record.issue);
        }
        checked.set_household_id(request.household_id());
        checked.set_fixed_count(response.fixed_count());
        effects.ActOn(request.household_id(), area);
        effects.Emit(checked, request.household_id(), area);
        return response;
      });
}

}  // namespace bangfu::registration
