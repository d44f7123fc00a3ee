#include "services/registration/rpc/monitoring_steps.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "bangfu/registration/v1/monitoring_events.pb.h"
#include "bangfu/registration/v1/monitoring_reason.pb.h"
#include "common/policy/working_days.h"
#include "common/procedure/beijing_time.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/monitoring_case.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using v1::MonitoringCase;
using v1::MonitoringClue;

constexpr char kLinePurpose[] = "MONITORING";  // of PovertyLine

// The end of the last day of the clock: days are counted from the one after the clue's.
absl::Time DueTime(const policy::Book& book, const v1::MonitoringRules& rules, int64_t area, absl::Time start) {
  const absl::CivilDay first = procedure::DayOf(start) + 1;
  const auto last =
      policy::LastDay(first, rules.clock_days(), rules.clock_day_kind(), {}, policy::CalendarOf(book, area));
  return procedure::StartOf(last.value_or(first + rules.clock_days()) + 1);
}

// Clues of one county on their way into cases.
class CountyClues {
 public:
  // `book` is opened by the first county of the transaction that needs it.
  CountyClues(const Registration& registration, db::Tx& tx, absl::Time now, int32_t shard,
              std::shared_ptr<const policy::Book>* book)
      : registration_(registration), tx_(tx), now_(now), shard_(shard), book_(book) {}

  void Add(store::NewClue* clue) { clues_.push_back(clue); }

  absl::Status Raise(rpc::Effects& effects, Raised* raised) {
    std::vector<int64_t> households;
    for (const store::NewClue* one : clues_) households.push_back(store::IdOf(one->clue.household_id()).number);
    for (const auto& household : store::LockActiveHouseholds(tx_, shard_, households)) {
      areas_[household.household_id] = household.area;
    }
    SortOutRepeated(raised);
    running_ = store::LockRunningCases(tx_, shard_, households);
    for (store::NewClue* one : added_) RETURN_IF_ERROR(PutIntoCase(one));
    Write();
    Tell(effects);
    raised->added += static_cast<int64_t>(added_.size());
    return absl::OkStatus();
  }

 private:
  void SortOutRepeated(Raised* raised) {
    std::vector<store::NewClue> wanted;
    for (const store::NewClue* one : clues_) wanted.push_back(*one);
    auto reported = store::FindReported(tx_, shard_, wanted);
    for (store::NewClue* one : clues_) {
      MonitoringClue& clue = one->clue;
      if (areas_.count(clue.household_id()) == 0) continue;
      const std::string id = ids::RecordId{shard_, ids::NewRecordNumber()}.ToString();
      const auto [known, is_new] = reported.emplace(std::pair(clue.household_id(), one->source_key), id);
      clue.set_clue_id(known->second);
      clue.set_repeated_report(!is_new);
      if (is_new) added_.push_back(one);
      raised->repeated += is_new ? 0 : 1;
    }
  }

  absl::Status PutIntoCase(store::NewClue* one) {
    MonitoringClue& clue = one->clue;
    const int64_t area = areas_.at(clue.household_id());
    clue.set_area(standards::FormatAreaCode(area));
    clue.set_state(MonitoringClue::OPEN);
    const absl::Time received = store::TimeOf(clue.receive_time());
    const auto [found, is_new] = running_.try_emplace(clue.household_id());
    MonitoringCase& monitored = found->second;
    if (is_new) {
      monitored.set_case_id(ids::RecordId{shard_, ids::NewRecordNumber()}.ToString());
      monitored.set_household_id(clue.household_id());
      monitored.set_state(MonitoringCase::OPEN);
      opened_.insert(clue.household_id());
    }
    monitored.set_area(clue.area());
    domain::TakeClue(&clue, &monitored);
    const bool undecided = monitored.state() < MonitoringCase::MONITORED;
    const bool earlier = is_new || (undecided && received < store::TimeOf(monitored.clock_start_time()));
    if (!earlier) return absl::OkStatus();
    if (*book_ == nullptr) *book_ = registration_.policies->Open(tx_);
    return StartClock(**book_, now_, received, &monitored);
  }

  void Write() {
    std::vector<MonitoringCase> opened, joined;
    std::set<std::string> touched;
    for (const store::NewClue* one : added_) touched.insert(one->clue.household_id());
    for (const std::string& household : touched) {
      MonitoringCase& monitored = running_.at(household);
      store::SetTime(now_, monitored.mutable_update_time());
      (opened_.count(household) > 0 ? opened : joined).push_back(monitored);
    }
    store::InsertCases(tx_, shard_, opened);
    store::SaveCases(tx_, shard_, joined);
    std::vector<store::NewClue> clues;
    for (const store::NewClue* one : added_) clues.push_back(*one);
    store::InsertClues(tx_, shard_, clues);
  }

  // Of many clues one event for each village; of what people record, one for each case that was opened.
  void Tell(rpc::Effects& effects) {
    std::map<std::pair<std::string, int>, v1::MonitoringCluesRaised> raised;
    for (const store::NewClue* one : added_) {
      const MonitoringClue& clue = one->clue;
      if (clue.channel() != MonitoringClue::DEPARTMENT && clue.channel() != MonitoringClue::COMPUTED) continue;
      auto& event = raised[{clue.area(), clue.channel()}];
      event.set_channel(MonitoringClue::Channel_Name(clue.channel()));
      event.add_household_ids(clue.household_id());
    }
    for (const auto& [key, event] : raised) effects.Emit(event, event.household_ids(0), AreaNumber(key.first));
    if (!raised.empty()) return;
    for (const std::string& household : opened_) {
      const MonitoringCase& monitored = running_.at(household);
      v1::MonitoringCaseOpened event;
      event.set_case_id(monitored.case_id());
      event.set_household_id(household);
      *event.mutable_triggers() = monitored.triggers();
      effects.Emit(event, household, AreaNumber(monitored.area()));
    }
  }

  const Registration& registration_;
  db::Tx& tx_;
  const absl::Time now_;
  const int32_t shard_;
  std::shared_ptr<const policy::Book>* const book_;
  std::vector<store::NewClue*> clues_, added_;
  std::map<std::string, int64_t> areas_;  // of households on the register
  std::map<std::string, MonitoringCase> running_;
  std::set<std::string> opened_;  // households
};

}  // namespace

absl::StatusOr<Regime> RegimeOn(const policy::Book& book, int64_t area, absl::CivilDay day) {
  Regime regime;
  ASSIGN_OR_RETURN(regime.rules, policy::Resolve<v1::MonitoringRules>(book, area, day));
  ASSIGN_OR_RETURN(regime.line, policy::Resolve<v1::PovertyLine>(book, area, day, kLinePurpose));
  return regime;
}

absl::Status StartClock(const policy::Book& book, absl::Time now, absl::Time start, MonitoringCase* monitored) {
  const int64_t area = AreaNumber(monitored->area());
  ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::MonitoringRules>(book, area, procedure::DayOf(now)));
  store::SetTime(start, monitored->mutable_clock_start_time());
  store::SetTime(DueTime(book, rules.message, area, start), monitored->mutable_due_time());
  *monitored->mutable_clock_policy() = rules.ref;
  return absl::OkStatus();
}

absl::StatusOr<absl::CivilDay> DayAsked(const rpc::Call& call, const std::string& date) {
  const absl::CivilDay today = procedure::DayOf(call.now());
  const absl::CivilDay day = standards::ParseDate(date).value_or(today);
  if (day > today) return status::RefuseFields({{"date", "日期: 不能晚于今天"}});
  return day;
}

absl::StatusOr<MonitoringCase> LockedCase(rpc::Call& call, db::Tx& tx, const std::string& case_id) {
  auto monitored = store::LockCase(tx, store::IdOf(case_id));
  if (!monitored) return call.Missing(case_id, status::Refuse(v1::MONITORING_CASE_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaNumber(monitored->area())));
  return *std::move(monitored);
}

MonitoringCase Shown(MonitoringCase monitored, absl::Time now) {
  const bool undecided = monitored.state() < MonitoringCase::MONITORED;
  monitored.set_overdue(undecided && store::TimeOf(monitored.due_time()) <= now);
  return monitored;
}

void SaveChanged(db::Tx& tx, rpc::Effects& effects, absl::Time now, MonitoringCase* monitored) {
  store::SetTime(now, monitored->mutable_update_time());
  store::SaveCase(tx, *monitored);
  effects.ActOn(monitored->case_id(), AreaNumber(monitored->area()));
}

void TellOfClosing(const MonitoringCase& monitored, rpc::Effects& effects) {
  v1::MonitoringCaseClosed event;
  event.set_case_id(monitored.case_id());
  event.set_household_id(monitored.household_id());
  event.set_reason(monitored.close_reason());
  effects.Emit(event, monitored.household_id(), AreaNumber(monitored.area()));
}

absl::StatusOr<Raised> RaiseClues(const Registration& registration, db::Tx& tx, rpc::Effects& effects, absl::Time now,
                                  std::vector<store::NewClue> clues) {
  Raised raised;
  std::map<int32_t, CountyClues> counties;
  std::shared_ptr<const policy::Book> book;
  for (store::NewClue& one : clues) {
    const int32_t shard = store::IdOf(one.clue.household_id()).shard;
    counties.try_emplace(shard, registration, tx, now, shard, &book).first->second.Add(&one);
  }
  for (auto& [shard, county] : counties) RETURN_IF_ERROR(county.Raise(effects, &raised));
  for (store::NewClue& one : clues) raised.clues.push_back(std::move(one.clue));
  return raised;
}

}  // namespace bangfu::registration
