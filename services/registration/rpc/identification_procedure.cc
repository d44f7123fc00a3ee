#include "services/registration/rpc/identification_procedure.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bangfu/registration/v1/identification_events.pb.h"
#include "common/status/macros.h"
#include "services/registration/domain/entry.h"
#include "services/registration/domain/today.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/family_store.h"
#include "services/registration/store/identification_application_store.h"
#include "services/registration/store/register_case_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using domain::Family;
using procedure::Procedure;
using procedure::Stage;
using procedure::Subject;
using Application = v1::IdentificationApplication;
using Case = v1::RegisterCase;
using Records = std::vector<std::unique_ptr<google::protobuf::Message>>;

constexpr CaseKind kRemoval = {"household-removal", "HOUSEHOLD_REMOVAL"};
constexpr CaseKind kReturn = {"household-return", "HOUSEHOLD_RETURN"};
constexpr char kChangedMeanwhile[] = "办理期间该户已归档、迁出本村, 或户类型、脱贫标志已变更";

ids::RecordId IdOf(const Procedure& procedure) { return store::IdOf(procedure.procedure_id()); }

bool IsInNotice(const Procedure& procedure) {
  return procedure.state() == Procedure::RUNNING && procedure.steps_size() > 0 &&
         procedure.steps(procedure.steps_size() - 1).has_notice();
}

// Why a subject was refused: what was said of it, or of all of the list.
std::string NoteOf(const Procedure& procedure, const Subject& subject) {
  return subject.note().empty() ? procedure.steps(procedure.steps_size() - 1).note() : subject.note();
}

// Calls `take` for each subject that left the list by this action without being approved. Approval alone changes
// households, and what comes of it is found out when the procedure has ended.
void ForEachDropped(const Stage& stage, const std::function<void(const Subject&, const std::string& note)>& take) {
  for (int i = 0; i < stage.after.subjects_size(); ++i) {
    const Subject& subject = stage.after.subjects(i);
    if (subject.state() == stage.before.subjects(i).state() || subject.state() == Subject::APPROVED) continue;
    take(subject, NoteOf(stage.after, subject));
  }
}

// What a completed procedure makes of the households that it approved.
struct Approved {
  std::vector<Family> before, after;
  std::vector<std::string> missed;  // households that can no longer be decided about
};

// `decide` gives nothing for a household that can no longer be decided about; one that has moved to another village is
// none of this list.
using Decide = std::function<std::optional<Family>(const Family&)>;

absl::StatusOr<Approved> Approve(const Registration& registration, const Stage& stage, const Decide& decide) {
  std::vector<ids::RecordId> ids;
  std::map<std::string, bool> waiting;
  for (const Subject& subject : stage.after.subjects()) {
    if (subject.state() != Subject::APPROVED) continue;
    ids.push_back(store::IdOf(subject.subject_id()));
    waiting[subject.subject_id()] = true;
  }
  ASSIGN_OR_RETURN(const auto families, store::LoadFamiliesForUpdate(stage.tx, registration.sealer(), ids));
  Approved approved;
  for (const Family& family : families) {
    if (family.household.area() != stage.after.area()) continue;
    std::optional<Family> after = decide(family);
    if (!after) continue;
    waiting.erase(family.household.household_id());
    approved.before.push_back(family);
    approved.after.push_back(*std::move(after));
  }
  for (const auto& [household_id, still] : waiting) approved.missed.push_back(household_id);
  if (approved.before.empty()) return approved;
  const store::Author author{stage.entry.account(), "ActOnProcedure", stage.now};
  RETURN_IF_ERROR(SaveDecided(registration, stage.tx, stage.effects, author, approved.before, &approved.after));
  return approved;
}

// Tells which households were approved, if any were.
template <typename Event>
void Tell(const Stage& stage, const Approved& approved, Event event) {
  if (approved.after.empty()) return;
  event.set_procedure_id(stage.after.procedure_id());
  for (const Family& family : approved.after) event.add_household_ids(family.household.household_id());
  event.set_date(domain::DayOf(stage.now));
  stage.effects.Emit(event, stage.after.procedure_id(), AreaNumber(stage.after.area()));
}

// --- identification ---

void Add(const std::string& household_id, Application::State state, const std::string& note,
         store::ProcedureResult* result) {
  result->households.push_back(store::IdOf(household_id).number);
  result->states.push_back(state);
  result->notes.push_back(note);
}

absl::Status FollowApplications(const Stage& stage) {
  store::ProcedureResult result;
  ForEachDropped(stage, [&](const Subject& subject, const std::string& note) {
    // A list that is withdrawn can be started again.
    const bool withdrawn = subject.state() == Subject::WITHDRAWN;
    Add(subject.subject_id(), withdrawn ? Application::CHECKED : Application::REFUSED, withdrawn ? "" : note, &result);
  });
  store::SaveResults(stage.tx, IdOf(stage.after), result, stage.now);
  if (stage.after.state() == Procedure::RUNNING && IsInNotice(stage.before) != IsInNotice(stage.after)) {
    store::SaveNotice(stage.tx, IdOf(stage.after), IsInNotice(stage.after), stage.now);
  }
  return absl::OkStatus();
}

absl::Status EndIdentification(const Registration& registration, const Stage& stage) {
  if (stage.after.state() != Procedure::COMPLETED) return absl::OkStatus();
  std::map<std::string, Application> applications;
  for (Application& application : store::LoadApplicationsOf(stage.tx, IdOf(stage.after))) {
    applications[application.household_id()] = std::move(application);
  }
  const std::string day = domain::DayOf(stage.now);
  ASSIGN_OR_RETURN(const Approved approved,
                   Approve(registration, stage, [&](const Family& family) -> std::optional<Family> {
                     const auto found = applications.find(family.household.household_id());
                     if (found == applications.end() || !domain::CanBeIdentified(family.household)) return std::nullopt;
                     return domain::Identified(family, found->second, day);
                   }));
  store::ProcedureResult result;
  for (const Family& family : approved.after) Add(family.household.household_id(), Application::APPROVED, "", &result);
  for (const std::string& missed : approved.missed) Add(missed, Application::REFUSED, kChangedMeanwhile, &result);
  store::SaveResults(stage.tx, IdOf(stage.after), result, stage.now);
  v1::HouseholdsIdentified identified;
  if (!applications.empty()) identified.set_campaign_id(applications.begin()->second.campaign_id());
  Tell(stage, approved, identified);
  return absl::OkStatus();
}

std::vector<ids::RecordId> IdsOf(const std::vector<std::string>& texts) {
  std::vector<ids::RecordId> ids;
  for (const std::string& text : texts) ids.push_back(store::IdOf(text));
  return ids;
}

template <typename Record>
absl::StatusOr<Records> RecordsOf(std::vector<std::optional<Record>> found) {
  Records records;
  for (std::optional<Record>& record : found) {
    if (!record) return absl::DataLossError("the record of a household in a procedure");
    records.push_back(std::make_unique<Record>(*std::move(record)));
  }
  return records;
}

// --- removal and return ---

void Add(const std::string& household_id, Case::State state, const std::string& opinion, store::CaseResult* result) {
  result->households.push_back(store::IdOf(household_id).number);
  result->states.push_back(state);
  result->opinions.push_back(opinion);
}

absl::Status FollowCases(const Stage& stage) {
  store::CaseResult result;
  ForEachDropped(stage, [&](const Subject& subject, const std::string& note) {
    const bool withdrawn = subject.state() == Subject::WITHDRAWN;
    Add(subject.subject_id(), withdrawn ? Case::WITHDRAWN : Case::REFUSED, note, &result);
  });
  store::SaveCaseResults(stage.tx, IdOf(stage.after), result, stage.now);
  return absl::OkStatus();
}

absl::StatusOr<Approved> EndCases(const Registration& registration, const Stage& stage, const Decide& decide) {
  ASSIGN_OR_RETURN(Approved approved, Approve(registration, stage, decide));
  store::CaseResult result;
  for (const Family& family : approved.after) Add(family.household.household_id(), Case::APPROVED, "", &result);
  for (const std::string& missed : approved.missed) Add(missed, Case::REFUSED, kChangedMeanwhile, &result);
  store::SaveCaseResults(stage.tx, IdOf(stage.after), result, stage.now);
  return approved;
}

absl::Status EndRemoval(const Registration& registration, const Stage& stage) {
  if (stage.after.state() != Procedure::COMPLETED) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Approved approved,
                   EndCases(registration, stage, [](const Family& family) -> std::optional<Family> {
                     if (!domain::CanBeRemoved(family.household)) return std::nullopt;
                     return domain::Removed(family);
                   }));
  Tell(stage, approved, v1::HouseholdsRemoved());
  return absl::OkStatus();
}

absl::Status EndReturn(const Registration& registration, const Stage& stage) {
  if (stage.after.state() != Procedure::COMPLETED) return absl::OkStatus();
  std::map<std::string, std::string> causes;
  for (const Case& one : store::LoadCasesOf(stage.tx, IdOf(stage.after))) causes[one.household_id()] = one.main_cause();
  const std::string day = domain::DayOf(stage.now);
  ASSIGN_OR_RETURN(const Approved approved,
                   EndCases(registration, stage, [&](const Family& family) -> std::optional<Family> {
                     if (!domain::CanReturn(family.household)) return std::nullopt;
                     return domain::Returned(family, causes[family.household.household_id()], day);
                   }));
  Tell(stage, approved, v1::HouseholdsReturned());
  return absl::OkStatus();
}

using End = absl::Status (*)(const Registration& registration, const Stage& stage);

procedure::ProcedureKind NewKind(const Registration& registration, const char* name,
                                 absl::Status (*follow)(const Stage& stage), End end) {
  procedure::ProcedureKind kind;
  kind.name = name;
  kind.readers = {options::v1::REGISTRAR, options::v1::REVIEWER, options::v1::VIEWER, options::v1::ASSESSOR,
                  options::v1::AUDITOR};
  kind.acted = follow;
  kind.ended = [&registration, end](const Stage& stage) { return end(registration, stage); };
  return kind;
}

}  // namespace

const CaseKind& KindOf(Case::Kind kind) { return kind == Case::RETURN ? kReturn : kRemoval; }

void AddIdentificationProcedures(const Registration& registration, procedure::ProcedureHost* host) {
  host->area_name = [](db::Tx& tx, int64_t area) -> absl::StatusOr<std::string> {
    const auto known = store::LoadArea(tx, area);
    return known ? known->name() : "";
  };
  host->code_label = [&registration](const std::string& dictionary, const std::string& code) {
    return registration.dictionaries->LabelOf(dictionary, code);
  };
  auto identification = NewKind(registration, kIdentificationKind, FollowApplications, EndIdentification);
  identification.notice_records = [](db::Tx& tx, const std::vector<std::string>& ids) {
    return RecordsOf(store::LoadLatestApplications(tx, IdsOf(ids)));
  };
  host->Add(std::move(identification));
  auto removal = NewKind(registration, kRemoval.name, FollowCases, EndRemoval);
  removal.notice_records = [](db::Tx& tx, const std::vector<std::string>& ids) {
    return RecordsOf(store::LoadLatestCases(tx, Case::REMOVAL, IdsOf(ids)));
  };
  host->Add(std::move(removal));
  auto reentry = NewKind(registration, kReturn.name, FollowCases, EndReturn);
  reentry.notice_records = [](db::Tx& tx, const std::vector<std::string>& ids) {
    return RecordsOf(store::LoadLatestCases(tx, Case::RETURN, IdsOf(ids)));
  };
  host->Add(std::move(reentry));
}

void Show(const Procedure& begun, v1::StartedProcedure* started) {
  started->set_procedure_id(begun.procedure_id());
  started->set_title(begun.title());
  started->set_step(begun.step());
}

}  // namespace bangfu::registration
