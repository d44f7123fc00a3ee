#include "services/registration/rpc/exit_procedures.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "bangfu/registration/v1/exit_buffer.pb.h"
#include "bangfu/registration/v1/exit_events.pb.h"
#include "bangfu/registration/v1/exit_reason.pb.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/exit_buffer.h"
#include "services/registration/domain/household_exit.h"
#include "services/registration/domain/poverty_area.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/exit_judgement.h"
#include "services/registration/rpc/exit_start.h"
#include "services/registration/rpc/policies.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/exit_case_store.h"
#include "services/registration/store/family_store.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/poverty_area_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using domain::Family;
using procedure::Procedure;
using procedure::Stage;
using procedure::Subject;
using status::Refuse;

namespace {

// The step in which households are asked: left only when all have said yes. Definitions may do without it.
constexpr char kAcceptanceStep[] = "acceptance";
constexpr char kMethod[] = "ActOnProcedure";

using Records = std::vector<std::unique_ptr<google::protobuf::Message>>;

store::Author AuthorOf(const Stage& stage) { return {stage.entry.account(), kMethod, stage.now}; }

std::string TodayOf(const Stage& stage) { return domain::DayOf(stage.now); }

std::vector<std::string> SubjectsIn(const Procedure& procedure, Subject::State state) {
  std::vector<std::string> subjects;
  for (const Subject& subject : procedure.subjects()) {
    if (subject.state() == state) subjects.push_back(subject.subject_id());
  }
  return subjects;
}

// An exit of households, as it was started, with the cases of its subjects that are in one state.
struct HouseholdExit {
  store::ExitProcedure procedure;
  absl::CivilDay date;
  HouseholdExitPolicies policies;
  std::map<std::string, v1::HouseholdExitInputs> inputs;  // with consent, by household
};

absl::StatusOr<HouseholdExit> LoadExit(const Registration& registration, const Stage& stage, Subject::State state) {
  HouseholdExit exit;
  const ids::RecordId id = store::IdOf(stage.after.procedure_id());
  const auto procedure = store::LoadExitProcedure(stage.tx, id);
  if (!procedure) return Refuse(v1::EXIT_CASE_NOT_FOUND, {{"subject", ""}});
  exit.procedure = *procedure;
  exit.date = *standards::ParseDate(exit.procedure.date);
  ASSIGN_OR_RETURN(exit.policies, ResolveHouseholdExit(registration, stage.tx, exit.procedure.area, exit.date));
  for (store::StoredExitCase& one : store::LoadExitCases(stage.tx, id)) {
    if (one.shown.has_accepts()) one.inputs.set_accepts(one.shown.accepts());
    if (one.shown.has_recognised()) one.inputs.set_recognised(one.shown.recognised());
    exit.inputs.emplace(one.shown.household_id(), std::move(one.inputs));
  }
  const std::vector<std::string> wanted = SubjectsIn(stage.after, state);
  std::map<std::string, v1::HouseholdExitInputs> kept;
  for (const std::string& household : wanted) kept.emplace(household, std::move(exit.inputs[household]));
  exit.inputs = std::move(kept);
  return exit;
}

// All of them have said yes, as far as the rules ask. EXIT_CONSENT_REFUSED, EXIT_CONSENT_MISSING.
absl::Status CheckConsents(const HouseholdExit& exit) {
  int missing = 0;
  std::vector<status::FieldError> refused;
  for (const auto& [household, inputs] : exit.inputs) {
    const domain::Consent consent = domain::ConsentIn(inputs, exit.policies.rules.message);
    missing += consent == domain::Consent::kMissing ? 1 : 0;
    if (consent == domain::Consent::kRefused) refused.push_back({"action", household});
  }
  if (!refused.empty()) {
    std::string households;
    for (const auto& fault : refused) absl::StrAppend(&households, households.empty() ? "" : ", ", fault.description);
    return Refuse(v1::EXIT_CONSENT_REFUSED, {{"count", absl::StrCat(refused.size())}, {"fields", households}});
  }
  if (missing > 0) return Refuse(v1::EXIT_CONSENT_MISSING, {{"count", absl::StrCat(missing)}});
  return absl::OkStatus();
}

absl::Status AskHouseholds(const Registration& registration, const Stage& stage) {
  if (stage.before.step() != kAcceptanceStep || !stage.entry.action().has_approve()) return absl::OkStatus();
  if (stage.after.state() != Procedure::RUNNING) return absl::OkStatus();  // completion asks itself
  ASSIGN_OR_RETURN(const HouseholdExit exit, LoadExit(registration, stage, Subject::ACTIVE));
  return CheckConsents(exit);
}

// The judgements with which the procedure ends: those of its start, with the consent. EXIT_NOT_PASSED.
absl::StatusOr<std::vector<JudgedHousehold>> JudgeAtEnd(const HouseholdExit& exit, const Stage& stage) {
  std::vector<JudgedHousehold> judged;
  std::vector<status::FieldError> faults;
  for (const auto& [household, inputs] : exit.inputs) {
    JudgedHousehold one{{}, inputs};
    one.decision.subject_id = household;
    one.decision.area = exit.procedure.area;
    one.decision.date = exit.date;
    one.decision.rule = kHouseholdExit;
    one.decision.decider = stage.entry.account();
    one.decision.time = stage.now;
    Decide(exit.policies, &one);
    if (one.decision.outcome.verdict() != "PASS" && exit.procedure.exit_flag == domain::kOut) {
      faults.push_back({"action", absl::StrCat(household, " (", UnmetText(one.decision.outcome), ")")});
    }
    judged.push_back(std::move(one));
  }
  RETURN_IF_ERROR(RefuseUnpassed(faults));
  return judged;
}

// The decision of each household, by household.
std::map<std::string, std::string> KeepDecisions(const Stage& stage, const std::vector<JudgedHousehold>& judged) {
  std::vector<policy::NewDecision> decisions;
  std::vector<const google::protobuf::Message*> inputs;
  for (const JudgedHousehold& one : judged) {
    decisions.push_back(one.decision);
    inputs.push_back(&one.inputs);
  }
  std::map<std::string, std::string> ids;
  for (const auto& record : policy::RecordDecisions(stage.tx, decisions, inputs)) {
    ids.emplace(record.subject_id(), record.decision_id());
  }
  return ids;
}

v1::HouseholdExitEntry EntryOf(const HouseholdExit& exit, const Stage& stage, const v1::Household& household,
                               const std::string& decision_id) {
  const bool is_out = exit.procedure.exit_flag == domain::kOut;
  v1::HouseholdExitEntry entry;
  entry.set_entry_id(NewIdIn(household.household_id()));
  entry.set_household_id(household.household_id());
  entry.set_area(household.area());
  entry.set_kind(is_out ? v1::HouseholdExitEntry::EXITED : v1::HouseholdExitEntry::PRE_EXITED);
  entry.set_year(exit.procedure.year);
  entry.set_date(TodayOf(stage));
  entry.set_procedure_id(stage.after.procedure_id());
  entry.set_decision_id(decision_id);
  entry.set_account(stage.entry.account());
  return entry;
}

// One event for each village.
void TellOfExits(const std::vector<Family>& families, const Stage& stage) {
  std::map<std::string, v1::HouseholdsExited> by_village;
  for (const Family& family : families) {
    const v1::Household& household = family.household;
    v1::HouseholdsExited& exited = by_village[household.area()];
    exited.add_household_ids(household.household_id());
    exited.set_exit_flag(household.exit_flag());
    exited.set_exit_year(household.exit_year());
    exited.set_buffer_end_date(household.buffer_end_date());
    exited.set_procedure_id(stage.after.procedure_id());
  }
  for (const auto& [village, exited] : by_village) {
    stage.effects.Emit(exited, stage.after.procedure_id(), AreaNumber(village));
  }
}

// The families that leave, locked. Households that left the register on the way, or are out by other means, stay as
// they are and go out of `exit`, so that nothing is decided about them; the cases say what came of each.
absl::StatusOr<std::vector<Family>> KeepLeaving(const Registration& registration, const Stage& stage,
                                                HouseholdExit* exit) {
  std::vector<ids::RecordId> ids;
  store::ExitOutcomes outcomes;
  for (const auto& [household, inputs] : exit->inputs) {
    ids.push_back(store::IdOf(household));
    outcomes.emplace(household, v1::ExitCase::LEFT_REGISTER);
  }
  ASSIGN_OR_RETURN(auto loaded, store::LoadFamiliesForUpdate(stage.tx, registration.sealer(), ids));
  std::vector<Family> leaving;
  for (Family& family : loaded) {
    const std::string id = family.household.household_id();
    outcomes[id] = domain::OutcomeOf(family.household, exit->procedure.exit_flag);
    if (domain::CheckMayExit(family.household, exit->procedure.exit_flag).ok()) leaving.push_back(std::move(family));
  }
  for (const auto& [household, outcome] : outcomes) {
    if (outcome != v1::ExitCase::EXITED && outcome != v1::ExitCase::PRE_EXITED) exit->inputs.erase(household);
  }
  store::SaveOutcomes(stage.tx, exit->procedure.id, outcomes);
  return leaving;
}

absl::Status FinishHouseholds(const Registration& registration, const Stage& stage) {
  if (stage.after.state() != Procedure::COMPLETED) {
    store::SaveOutcomes(stage.tx, store::IdOf(stage.after.procedure_id()), {});
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(HouseholdExit exit, LoadExit(registration, stage, Subject::APPROVED));
  ASSIGN_OR_RETURN(const std::vector<Family> before, KeepLeaving(registration, stage, &exit));
  if (before.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(CheckConsents(exit));
  ASSIGN_OR_RETURN(const auto judged, JudgeAtEnd(exit, stage));
  const absl::CivilDay today = *standards::ParseDate(TodayOf(stage));
  ASSIGN_OR_RETURN(const auto buffer, policy::Resolve<v1::ExitBufferRules>(*registration.policies->Open(stage.tx),
                                                                           exit.procedure.area, today));
  const std::string buffer_end = domain::BufferEnd(today, buffer.message);
  const auto decisions = KeepDecisions(stage, judged);
  std::vector<Family> after;
  std::vector<v1::HouseholdExitEntry> entries;
  for (const Family& family : before) {
    after.push_back(domain::Exit(family, exit.procedure.exit_flag, exit.procedure.year, buffer_end));
    entries.push_back(EntryOf(exit, stage, family.household, decisions.at(family.household.household_id())));
  }
  store::InsertHouseholdExits(stage.tx, entries);
  RETURN_IF_ERROR(SaveDecided(registration, stage.tx, stage.effects, AuthorOf(stage), before, &after));
  TellOfExits(after, stage);
  return absl::OkStatus();
}

// Marks the areas that were approved as out. AREA_NOT_POOR, ETAG_MISMATCH.
absl::StatusOr<std::vector<std::string>> TakeOffList(const Stage& stage) {
  const std::vector<std::string> approved = SubjectsIn(stage.after, Subject::APPROVED);
  std::vector<int64_t> codes;
  for (const std::string& area : approved) codes.push_back(AreaNumber(area));
  auto listed = store::LockPovertyAreas(stage.tx, codes);
  std::vector<v1::PovertyArea> areas;
  for (const std::string& area : approved) {
    const auto found = listed.find(AreaNumber(area));
    RETURN_IF_ERROR(domain::CheckPoor(area, found == listed.end() ? nullptr : &found->second));
    areas.push_back(domain::Exit(found->second, TodayOf(stage), stage.after.procedure_id()));
  }
  if (!store::SavePovertyAreas(stage.tx, AuthorOf(stage), &areas)) return Refuse(status::Reason::ETAG_MISMATCH);
  for (const std::string& area : approved) stage.effects.ActOn(SubjectOfArea(AreaNumber(area)), AreaNumber(area));
  return approved;
}

absl::Status FinishVillages(const Stage& stage) {
  if (stage.after.state() != Procedure::COMPLETED) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto villages, TakeOffList(stage));
  v1::VillagesExited exited;
  exited.mutable_areas()->Assign(villages.begin(), villages.end());
  exited.set_exit_date(TodayOf(stage));
  exited.set_procedure_id(stage.after.procedure_id());
  stage.effects.Emit(exited, stage.after.procedure_id(), AreaNumber(stage.after.area()));
  return absl::OkStatus();
}

// By the judgement of the start, or a later one that a level above the county recorded for this procedure: what the
// county itself records meanwhile changes nothing. COUNTY_JUDGEMENT_NOT_PASSED.
absl::Status CheckCountyPassed(const Stage& stage) {
  const auto last = store::LastCountyJudgement(stage.tx, store::IdOf(stage.after.procedure_id()));
  const auto decision = last ? policy::LoadDecision(stage.tx, *last) : std::nullopt;
  if (decision && decision->decision.outcome().verdict() == "PASS") return absl::OkStatus();
  const std::string verdict = decision ? decision->decision.outcome().label() : "未判定";
  return Refuse(v1::COUNTY_JUDGEMENT_NOT_PASSED, {{"verdict", verdict}});
}

absl::Status FinishCounty(const Stage& stage) {
  if (stage.after.state() != Procedure::COMPLETED) return absl::OkStatus();
  const int64_t area = AreaNumber(stage.after.area());
  RETURN_IF_ERROR(CheckCountyPassed(stage));
  RETURN_IF_ERROR(TakeOffList(stage).status());
  v1::CountyExited exited;
  exited.set_area(stage.after.area());
  exited.set_exit_date(TodayOf(stage));
  exited.set_procedure_id(stage.after.procedure_id());
  stage.effects.Emit(exited, stage.after.procedure_id(), area);
  return absl::OkStatus();
}

absl::StatusOr<Records> HouseholdRecords(const Registration& registration, db::Tx& tx,
                                         const std::vector<std::string>& subjects) {
  std::vector<ids::RecordId> ids;
  for (const std::string& subject : subjects) ids.push_back(store::IdOf(subject));
  ASSIGN_OR_RETURN(auto households, store::LoadHouseholds(tx, registration.sealer(), ids));
  Records records;
  for (auto& household : households) {
    records.push_back(std::make_unique<v1::Household>(household.value_or(v1::Household())));
  }
  return records;
}

absl::StatusOr<Records> AreaRecords(db::Tx& tx, const std::vector<std::string>& subjects) {
  std::vector<int64_t> codes;
  for (const std::string& subject : subjects) codes.push_back(AreaNumber(subject));
  const auto areas = store::LoadAreas(tx, codes);
  Records records;
  for (int64_t code : codes) {
    const auto found = areas.find(code);
    records.push_back(std::make_unique<v1::Area>(found == areas.end() ? v1::Area() : found->second));
  }
  return records;
}

procedure::ProcedureKind KindNamed(const char* name) {
  procedure::ProcedureKind kind;
  kind.name = name;
  kind.readers = {options::v1::REGISTRAR, options::v1::REVIEWER, options::v1::VIEWER,
                  options::v1::HELPER,    options::v1::ASSESSOR, options::v1::AUDITOR};
  return kind;
}

}  // namespace

std::string PurposeOf(const std::string& kind) {
  return absl::AsciiStrToUpper(absl::StrReplaceAll(kind, {{"-", "_"}}));
}

void AddExitProcedures(const Registration& registration, procedure::ProcedureHost* host) {
  procedure::ProcedureKind households = KindNamed(kHouseholdExitKind);
  households.acted = [&registration](const Stage& stage) { return AskHouseholds(registration, stage); };
  households.ended = [&registration](const Stage& stage) { return FinishHouseholds(registration, stage); };
  households.notice_records = [&registration](db::Tx& tx, const std::vector<std::string>& subjects) {
    return HouseholdRecords(registration, tx, subjects);
  };
  host->Add(std::move(households));
  procedure::ProcedureKind villages = KindNamed(kVillageExitKind);
  villages.ended = FinishVillages;
  villages.notice_records = AreaRecords;
  host->Add(std::move(villages));
  procedure::ProcedureKind counties = KindNamed(kCountyExitKind);
  counties.ended = FinishCounty;
  counties.notice_records = AreaRecords;
  host->Add(std::move(counties));
  if (!host->area_name) {
    host->area_name = [](db::Tx& tx, int64_t code) -> absl::StatusOr<std::string> {
      const auto area = store::LoadArea(tx, code);
      return area ? area->name() : standards::FormatAreaCode(code);
    };
  }
}

}  // namespace bangfu::registration
