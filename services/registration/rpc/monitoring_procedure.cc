#include "services/registration/rpc/monitoring_procedure.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bangfu/registration/v1/monitoring_events.pb.h"
#include "common/procedure/beijing_time.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "services/registration/domain/monitoring_case.h"
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

constexpr char kGone[] = "05";  // CLUE_DISMISS_REASON: moved away or archived

// A case whose procedure has ended, and what was decided of its household.
struct Decided {
  MonitoringCase monitored;
  Subject::State state = Subject::STATE_UNSPECIFIED;
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
      decided_.push_back({std::move(found->second), DecisionOf(stage_.after, subject)});
    }
    return absl::OkStatus();
  }

  absl::Status Enter() {
    for (Decided& one : decided_) {
      const Family* family = FamilyOf(one);
      if (family != nullptr) {
        RETURN_IF_ERROR(EnterOne(&one.monitored));
      } else if (one.state == Subject::WITHDRAWN) {
        one.monitored.set_state(MonitoringCase::CHECKED);
      } else {
        one.monitored.set_state(MonitoringCase::CLOSED);
        one.monitored.set_emergency_open(false);
        if (Approved(one.state)) one.monitored.set_close_reason(kGone);
        ended_.push_back(store::IdOf(one.monitored.case_id()).number);
        TellOfClosing(one.monitored, stage_.effects);
      }
    }
    return Save(
        [](const MonitoringCase& monitored, v1::Household* household) { domain::Enter(monitored.group(), household); });
  }

  absl::Status Eliminate() {
    for (Decided& one : decided_) {
      MonitoringCase& monitored = one.monitored;
      if (FamilyOf(one) == nullptr) {
        monitored.set_state(MonitoringCase::MONITORED);
        continue;
      }
      monitored.set_state(MonitoringCase::ELIMINATED);
      monitored.set_eliminate_date(today_);
      monitored.clear_next_review_date();
      ended_.push_back(store::IdOf(monitored.case_id()).number);
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

  absl::Status EnterOne(MonitoringCase* monitored) {
    const auto book = registration_.policies->Open(stage_.tx);
    const int64_t area = AreaNumber(monitored->area());
    ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::MonitoringRules>(*book, area, procedure::DayOf(stage_.now)));
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
    ended_.push_back(store::IdOf(monitored->case_id()).number);
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
      const Family* family = FamilyOf(one);
      if (family == nullptr) continue;
      before.push_back(*family);
      after.push_back(*family);
      change(one.monitored, &after.back().household);
    }
    const store::Author author{stage_.entry.account(), "ActOnProcedure", stage_.now};
    RETURN_IF_ERROR(SaveDecided(registration_, stage_.tx, stage_.effects, author, before, &after));
    store::SaveCases(stage_.tx, shard_, cases);
    store::EndClues(stage_.tx, shard_, ended_, v1::MonitoringClue::SETTLED, "");
    return absl::OkStatus();
  }

  const Registration& registration_;
  const Stage& stage_;
  const std::string today_;
  int32_t shard_ = 0;
  std::vector<Family> before_;
  std::map<std::string, Family> families_;
  std::vector<Decided> decided_;
  std::vector<int64_t> ended_;  // cases whose clues are settled
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
