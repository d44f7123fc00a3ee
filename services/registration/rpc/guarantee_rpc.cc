#include "services/registration/rpc/guarantee_rpc.h"

#include "bangfu/registration/v1/exit_events.pb.h"
#include "common/api/page_token.h"
#include "common/policy/decision_store.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/guarantee.h"
#include "services/registration/domain/reported_year.h"
#include "services/registration/rpc/exit_judgement.h"
#include "services/registration/rpc/exit_records.h"
#include "services/registration/rpc/family_events.h"
#include "services/registration/rpc/list_place.h"
#include "services/registration/rpc/policies.h"
#include "services/registration/store/guarantee_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/yearly_report_store.h"

namespace bangfu::registration {

using status::Refuse;

namespace {

constexpr int32_t kAnyGap = ~0;

void TellOfGuarantees(const v1::GuaranteeRecord& record, int64_t area, rpc::Effects* effects) {
  v1::GuaranteesRecorded recorded;
  recorded.set_household_id(record.household_id());
  recorded.set_year(record.year());
  for (const auto& item : record.items()) {
    if (item.state() == v1::GuaranteeStatus::UNMET) recorded.add_unmet(item.item());
  }
  effects->Emit(recorded, record.household_id(), area);
}

using JudgedNeeds = Judged<v1::NeedsInputs>;

absl::StatusOr<JudgedNeeds> JudgeNeeds(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                       const v1::CheckIncomeByNeedsRequest& request) {
  const std::string& id = request.household_id();
  ASSIGN_OR_RETURN(const v1::Household household, request.record() ? LockHousehold(registration, call, tx, id)
                                                                   : LoadReadable(registration, call, tx, id));
  RETURN_IF_ERROR(domain::CheckActive(household));
  const int64_t area = AreaNumber(household.area());
  const auto date = *standards::ParseDate(request.date().empty() ? TodayOf(call) : request.date());
  const int year = request.year() == 0 ? static_cast<int>(date.year()) : request.year();
  const ids::RecordId record = store::IdOf(id);
  ASSIGN_OR_RETURN(const auto members, store::LoadPresentMembers(tx, registration.sealer(), {record}));
  JudgedNeeds judged{NewDecisionFor(call, kIncomeByNeeds, area, date), {}};
  judged.decision.subject_id = id;
  judged.inputs = domain::DescribeForNeeds(members, store::LoadIncome(tx, record, year),
                                           store::LoadGuarantees(tx, record, year), year, standards::FormatDate(date));
  const auto book = registration.policies->Open(tx);
  ASSIGN_OR_RETURN(const auto needs, policy::Resolve<v1::LivingNeeds>(*book, area, date));
  judged.decision.policies = {needs.ref};
  judged.decision.outcome = domain::JudgeIncomeByNeeds(judged.inputs, needs.message);
  return judged;
}

v1::NeedsJudgement DescribeNeeds(const policy::NewDecision& decision, const std::string& decision_id = "") {
  v1::NeedsJudgement judgement;
  judgement.set_decision_id(decision_id);
  judgement.set_household_id(decision.subject_id);
  judgement.set_date(standards::FormatDate(decision.date));
  *judgement.mutable_outcome() = decision.outcome;
  judgement.mutable_policies()->Assign(decision.policies.begin(), decision.policies.end());
  return judgement;
}

}  // namespace

absl::StatusOr<v1::GuaranteeRecord> GuaranteeRpc::RecordGuarantees(rpc::Call& call,
                                                                   const v1::RecordGuaranteesRequest& request) {
  v1::GuaranteeRecord given = request.record();
  given.set_household_id(request.household_id());
  given.clear_area();
  RETURN_IF_ERROR(domain::CheckGuarantees(given));
  RETURN_IF_ERROR(domain::CheckCollectionBegun("record.year", "年度", given.year(), TodayOf(call)));
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::GuaranteeRecord> {
    ASSIGN_OR_RETURN(const auto household, LockHousehold(registration_, call, tx, request.household_id()));
    RETURN_IF_ERROR(domain::CheckActive(household));
    const auto before = store::LoadGuarantees(tx, store::IdOf(given.household_id()), given.year());
    RETURN_IF_ERROR(CheckReplaced(request.record().etag(), store::GuaranteeName(given.household_id(), given.year()),
                                  before ? before->etag() : ""));
    v1::GuaranteeRecord record = given;
    google::protobuf::Timestamp now;
    store::SetTime(call.now(), &now);
    domain::NameRecorders(before, call.caller().subject, now, &record);
    if (!store::SaveGuarantees(tx, AuthorOf(call), domain::GapsOf(record), &record)) {
      return Refuse(status::Reason::ETAG_MISMATCH);
    }
    const int64_t area = AreaNumber(household.area());
    effects.ActOn(record.household_id(), area);
    AuditChange(registration_.sealer(), before.value_or(v1::GuaranteeRecord()), record, &effects);
    TellOfGuarantees(record, area, &effects);
    return record;
  };
  return rpc::Write<v1::GuaranteeRecord>(call, registration_.write, request, write);
}

absl::StatusOr<v1::ListGuaranteesResponse> GuaranteeRpc::ListGuarantees(rpc::Call& call,
                                                                        const v1::ListGuaranteesRequest& request) {
  using Response = v1::ListGuaranteesResponse;
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    RETURN_IF_ERROR(LoadReadable(registration_, call, tx, request.household_id()).status());
    const auto records = store::ListGuarantees(tx, store::IdOf(request.household_id()));
    Response response;
    response.mutable_records()->Assign(records.begin(), records.end());
    return response;
  });
}

absl::StatusOr<v1::ListGuaranteeGapsResponse> GuaranteeRpc::ListGuaranteeGaps(
    rpc::Call& call, const v1::ListGuaranteeGapsRequest& request) {
  using Response = v1::ListGuaranteeGapsResponse;
  store::GapQuery query{.year = request.year()};
  query.items = request.item() == v1::ExitCondition::ITEM_UNSPECIFIED ? kAnyGap : domain::GapBit(request.item());
  ASSIGN_OR_RETURN(query.scope, call.ScopeIn(request.area()));
  ASSIGN_OR_RETURN(query.limit, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const auto after, PlaceOf<2>(registration_, request));
  query.after = ids::RecordId{static_cast<int32_t>(after[0]), after[1]};
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<Response> {
    auto records = store::ListGuaranteeGaps(tx, query);
    Response response;
    if (static_cast<int>(records.size()) > query.limit) {
      records.pop_back();
      const ids::RecordId last = store::IdOf(records.back().household_id());
      response.set_next_page_token(PageBehind(registration_, request, {last.shard, last.number}));
    }
    response.mutable_records()->Assign(records.begin(), records.end());
    return response;
  });
}

absl::StatusOr<v1::NeedsJudgement> GuaranteeRpc::CheckIncomeByNeeds(rpc::Call& call,
                                                                    const v1::CheckIncomeByNeedsRequest& request) {
  using Result = absl::StatusOr<v1::NeedsJudgement>;
  if (!request.record()) {
    return registration_.database().ReadSnapshot(call.bounds(), [&](db::Tx& tx) -> Result {
      ASSIGN_OR_RETURN(const auto judged, JudgeNeeds(registration_, call, tx, request));
      return DescribeNeeds(judged.decision);
    });
  }
  const auto write = [&](db::Tx& tx, rpc::Effects& effects) -> Result {
    ASSIGN_OR_RETURN(const auto judged, JudgeNeeds(registration_, call, tx, request));
    const auto record = policy::RecordDecision(tx, judged.decision, judged.inputs);
    effects.ActOn(judged.decision.subject_id, judged.decision.area);
    return DescribeNeeds(judged.decision, record.decision_id());
  };
  return rpc::Write<v1::NeedsJudgement>(call, registration_.write, request, write);
}

}  // namespace bangfu::registration
