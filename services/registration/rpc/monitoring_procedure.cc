#include "services/registration/rpc/monitoring_procedure.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bangfu/registration/v1/monitoring_events.pb.h"
#include "common/procedure/beijing_time.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "services/registration/domain/monitoring_case.h"
#include "services/registration/domain/monitoring_rules.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/monitoring_steps.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/family_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using domain::Family;
using procedure::Procedure;
using procedure::Stage;
using procedure::Subject;
using v1::MonitoringCase;
using v1::MonitoringClue;

// What a case says of a procedure that did not take effect.
constexpr char kRiskCame[] = "风险消除未生效: 办理期间有未办结的新线索, 或评判为风险加重。请核查后重新判定。";
constexpr char kClueCame[] = "认定未通过, 但研判期间有新的线索。请重新入户核查。";
constexpr char kNoLongerFits[] =
    "认定未生效: 研判期间该户的类型或脱贫标志有变, 不再符合原监测对象类型。请重新入户核查。";

constexpr char kGone[] = "05";  // CLUE_DISMISS_REASON: moved away or archived

// A case whose procedure has ended, and what was decided of its household.
struct Decided {
  MonitoringCase monitored;
  Subject::State state = Subject::STATE_UNSPECIFIED;
  std::vector<MonitoringClue> open_clues;
  bool takes_effect = false;  // the household changes
};

Subject::State DecisionOf(const Procedure& ended, const Subject& subject) {
  if (ended.state() == Procedure::COMPLETED || subject.state() != Subject::ACTIVE) return subject.state();
  return ended.state() == Procedure::WITHDRAWN ? Subject::WITHDRAWN : Subject::REJECTED;
}

// The end of a procedure at work: households are locked before their cases, as wherever clues come in.
class Ending {
 public:
  Ending(const Registration& registration, const Stage& stage)
      : registration_(registration), stage_(stage), today_(domain::DayOf(stage.now)) {}

  absl::Status Load(const std::string& (MonitoringCase::*procedure_of)() const) {
    std::vector<ids::RecordId> approved;
    std::vector<int64_t> all;
    for (const Subject& subject : stage_.after.subjects()) {
      const ids::RecordId id = store::IdOf(subject.subject_id());
      shard_ = id.shard;
      all.push_back(id.number);
      if (Approved(DecisionOf(stage_.after, subject))) approved.push_back(id);
    }
    ASSIGN_OR_RETURN(before_, store::LoadFamiliesForUpdate(stage_.tx, registration_.sealer(), approved));
    for (const Family& family : before_) families_[family.household.household_id()] = family;
    auto running = store::LockRunningCases(stage_.tx, shard_, all);
    for (const Subject& subject : stage_.after.subjects()) {
      const auto found = running.find(subject.subject_id());
      if (found == running.end() || (found->second.*procedure_of)() != stage_.after.procedure_id()) continue;
      Decided& one = decided_.emplace_back();
      one.monitored = std::move(found->second);
      one.state = DecisionOf(stage_.after, subject);
    }
    LoadClues();
    return absl::OkStatus();
  }

  absl::Status Enter() {
    const auto book = registration_.policies->Open(stage_.tx);
    for (Decided& one : decided_) {
      if (one.state == Subject::WITHDRAWN) {
        one.monitored.set_state(MonitoringCase::CHECKED);
        continue;
      }
      const Family* family = FamilyOf(one);
      if (family == nullptr) {
        RETURN_IF_ERROR(Close(*book, &one));
      } else if (Fits(*book, one.monitored, family->household)) {
        RETURN_IF_ERROR(EnterOne(*book, &one));
      } else {
        domain::ReturnToCheck(kNoLongerFits, &one.monitored);
      }
    }
    return Save(
        [](const MonitoringCase& monitored, v1::Household* household) { domain::Enter(monitored.group(), household); });
  }

  absl::Status Eliminate() {
    for (Decided& one : decided_) {
      MonitoringCase& monitored = one.monitored;
      const bool approved = FamilyOf(one) != nullptr;
      // It started without open clues: those that are open came while it ran.
      one.takes_effect = approved && one.open_clues.empty() && !monitored.elimination().worsened();
      if (!one.takes_effect) {
        monitored.set_state(MonitoringCase::MONITORED);
        if (approved) monitored.set_return_note(kRiskCame);
        continue;
      }
      monitored.set_state(MonitoringCase::ELIMINATED);
      monitored.set_eliminate_date(today_);
      monitored.clear_next_review_date();
      v1::RiskEliminated event;
      event.set_case_id(monitored.case_id());
      event.set_household_id(monitored.household_id());
      event.set_kind(MonitoringCase::EliminationKind_Name(monitored.elimination_kind()));
      stage_.effects.Emit(event, monitored.household_id(), AreaNumber(monitored.area()));
    }
    return Save([](const MonitoringCase&, v1::Household* household) { domain::Eliminate(household); });
  }

 private:
  static bool Approved(Subject::State state) { return state == Subject::APPROVED; }

  // The family that is approved and still on the register; null if it is not.
  const Family* FamilyOf(const Decided& one) const {
    if (!Approved(one.state)) return nullptr;
    const auto found = families_.find(one.monitored.household_id());
    const bool active = found != families_.end() && domain::CheckActive(found->second.household).ok();
    return active ? &found->second : nullptr;
  }

  void LoadClues() {
    std::map<std::string, Decided*> by_case;
    std::vector<int64_t> numbers;
    for (Decided& one : decided_) {
      by_case[one.monitored.case_id()] = &one;
      numbers.push_back(store::IdOf(one.monitored.case_id()).number);
    }
    for (MonitoringClue& clue : store::ListOpenClues(stage_.tx, shard_, numbers)) {
      by_case.at(clue.case_id())->open_clues.push_back(std::move(clue));
    }
  }

  // Nobody in this procedure has looked at it.
  bool CameLater(const MonitoringClue& clue) const { return clue.procedure_id() == stage_.after.procedure_id(); }

  void Settle(const MonitoringClue& clue) { settled_.push_back(store::IdOf(clue.clue_id()).number); }

  // The group, by the rules it was found by, takes households of this type and exit flag. If there are no such rules
  // any more, the household is to be judged by others.
  static bool Fits(const policy::Book& book, const MonitoringCase& monitored, const v1::Household& household) {
    const auto day = standards::ParseDate(monitored.check().date());
    if (!day) return false;
    const auto rules = policy::Resolve<v1::MonitoringRules>(book, AreaNumber(monitored.area()), *day);
    return rules.ok() && domain::GroupTakes(rules->message, monitored.group(), domain::PopulationOf(household));
  }

  // The household is not let in, or is gone. What came later of one that is still there is looked at yet.
  absl::Status Close(const policy::Book& book, Decided* one) {
    MonitoringCase& monitored = one->monitored;
    const bool gone = Approved(one->state);
    std::optional<absl::Time> later;
    for (const MonitoringClue& clue : one->open_clues) {
      const bool stays = !gone && CameLater(clue);
      if (!stays) Settle(clue);
      const absl::Time received = store::TimeOf(clue.receive_time());
      if (stays) later = std::min(later.value_or(received), received);
    }
    monitored.set_emergency_open(false);
    if (later) {
      domain::ReturnToCheck(kClueCame, &monitored);
      return StartClock(book, stage_.now, *later, &monitored);
    }
    monitored.set_state(MonitoringCase::CLOSED);
    if (gone) monitored.set_close_reason(kGone);
    TellOfClosing(monitored, stage_.effects);
    return absl::OkStatus();
  }

  absl::Status EnterOne(const policy::Book& book, Decided* one) {
    MonitoringCase* const monitored = &one->monitored;
    const int64_t area = AreaNumber(monitored->area());
    ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::MonitoringRules>(book, area, procedure::DayOf(stage_.now)));
    one->takes_effect = true;
    monitored->set_state(MonitoringCase::MONITORED);
    monitored->set_enter_date(today_);
    monitored->set_next_review_date(standards::FormatDate(procedure::DayOf(stage_.now) + rules.message.review_days()));
    v1::RiskConfirmed event;
    event.set_case_id(monitored->case_id());
    event.set_household_id(monitored->household_id());
    event.set_group(monitored->group());
    *event.mutable_triggers() = monitored->triggers();
    *event.mutable_policies() = monitored->check().policies();
    event.set_decision_id(monitored->check().decision_id());
    event.set_emergency(monitored->emergency_open());
    stage_.effects.Emit(event, monitored->household_id(), area);
    monitored->set_emergency_open(false);
    for (const MonitoringClue& clue : one->open_clues) {
      if (!CameLater(clue)) Settle(clue);
    }
    return absl::OkStatus();
  }

  // `change` is what a household's entry or elimination does to it.
  template <typename Change>
  absl::Status Save(Change change) {
    std::vector<Family> before, after;
    std::vector<MonitoringCase> cases;
    for (Decided& one : decided_) {
      store::SetTime(stage_.now, one.monitored.mutable_update_time());
      cases.push_back(one.monitored);
      if (!one.takes_effect) continue;
      const Family* family = FamilyOf(one);
      before.push_back(*family);
      after.push_back(*family);
      change(one.monitored, &after.back().household);
    }
    const store::Author author{stage_.entry.account(), "ActOnProcedure", stage_.now};
    RETURN_IF_ERROR(SaveDecided(registration_, stage_.tx, stage_.effects, author, before, &after));
    store::SaveCases(stage_.tx, shard_, cases);
    store::EndClues(stage_.tx, shard_, settled_, v1::MonitoringClue::SETTLED, "");
    return absl::OkStatus();
  }

  const Registration& registration_;
  const Stage& stage_;
  const std::string today_;
  int32_t shard_ = 0;
  std::vector<Family> before_;
  std::map<std::string, Family> families_;
  std::vector<Decided> decided_;
  std::vector<int64_t> settled_;  // clues
};

procedure::ProcedureKind KindOf(const Registration& registration, const char* name) {
  procedure::ProcedureKind kind;
  kind.name = name;
  using options::v1::Role;
  kind.readers = {Role::REGISTRAR, Role::REVIEWER, Role::VIEWER, Role::HELPER, Role::ASSESSOR, Role::AUDITOR};
  using Records = std::vector<std::unique_ptr<google::protobuf::Message>>;
  kind.notice_records = [&registration](db::Tx& tx,
                                        const std::vector<std::string>& subject_ids) -> absl::StatusOr<Records> {
    std::vector<ids::RecordId> ids;
    for (const std::string& id : subject_ids) ids.push_back(store::IdOf(id));
    ASSIGN_OR_RETURN(const auto households, store::LoadHouseholds(tx, registration.sealer(), ids));
    Records records;
    for (const auto& household : households) {
      records.push_back(std::make_unique<v1::Household>(household.value_or(v1::Household())));
    }
    return records;
  };
  return kind;
}

}  // namespace

void AddMonitoringProcedures(const Registration& registration, procedure::ProcedureHost* host) {
  if (!host->area_name) {
    host->area_name = [](db::Tx& tx, int64_t area) -> absl::StatusOr<std::string> {
      const auto found = store::LoadArea(tx, area);
      return found ? found->name() : "";
    };
  }
  procedure::ProcedureKind entry = KindOf(registration, kMonitoringEntryKind);
  entry.ended = [&registration](const Stage& stage) -> absl::Status {
    Ending ending(registration, stage);
    RETURN_IF_ERROR(ending.Load(&MonitoringCase::entry_procedure_id));
    return ending.Enter();
  };
  host->Add(std::move(entry));
  procedure::ProcedureKind elimination = KindOf(registration, kMonitoringEliminationKind);
  elimination.ended = [&registration](const Stage& stage) -> absl::Status {
    Ending ending(registration, stage);
    RETURN_IF_ERROR(ending.Load(&MonitoringCase::elimination_procedure_id));
    return ending.Eliminate();
  };
  host->Add(std::move(elimination));
}

}  // namespace bangfu::registration
