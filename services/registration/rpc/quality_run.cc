#include "services/registration/rpc/quality_run.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "bangfu/audit/v1/audit.pb.h"
#include "bangfu/policy/v1/reason.pb.h"
#include "bangfu/registration/v1/quality_events.pb.h"
#include "bangfu/registration/v1/quality_reason.pb.h"
#include "common/rpc/effects.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/today.h"
#include "services/registration/store/quality_issue_store.h"
#include "services/registration/store/quality_page.h"
#include "services/registration/store/quality_run_store.h"
#include "services/registration/store/row.h"
#include "services/registration/store/summary_store.h"

namespace bangfu::registration {
namespace {

using status::Refuse;

constexpr int kGoneAtOnce = 10'000;

using Tallies = std::map<int64_t, domain::QualityTally>;

// Issues and households by village.
Tallies TallyOf(const QualityLooked& looked, const domain::QualityLook& look) {
  Tallies tallies;
  for (const auto& judged : looked.cases) {
    domain::AddToTally(judged, look, &tallies[AreaNumber(judged.household.area())]);
  }
  std::map<int64_t, std::vector<v1::QualityIssue>> issues;
  for (const auto& issue : looked.change.counted) issues[AreaNumber(issue.area())].push_back(issue);
  for (const auto& [area, of_village] : issues) domain::AddToTally(of_village, &tallies[area]);
  return tallies;
}

class Run {
 public:
  explicit Run(const QualityRunWork& work) : work_(work) {}

  absl::Status Do() {
    RETURN_IF_ERROR(Begin());
    for (bool more = !record_.households_done; more;) {
      RETURN_IF_ERROR(GoOn());
      ASSIGN_OR_RETURN(more, Page([&](db::Tx& tx) { return JudgePage(tx); }));
      work_.progress("核查农户", record_.household_count, total_);
    }
    for (bool more = !domain::TableRules(*pack_).empty(); more;) {
      RETURN_IF_ERROR(GoOn());
      ASSIGN_OR_RETURN(more, Page([&](db::Tx& tx) { return FindLostMembers(tx); }));
      work_.progress("核查成员归属", record_.household_count, total_);
    }
    for (bool more = true; more;) {
      RETURN_IF_ERROR(GoOn());
      ASSIGN_OR_RETURN(more, Page([&](db::Tx& tx) { return FixGone(tx); }));
    }
    ASSIGN_OR_RETURN(const bool more, Page([&](db::Tx& tx) { return Finish(tx); }));
    return more ? Refuse(status::Reason::UNAVAILABLE) : absl::OkStatus();
  }

 private:
  absl::Status GoOn() const { return work_.stopped() ? Refuse(status::Reason::CANCELLED) : absl::OkStatus(); }

  // What the whole run goes by.
  absl::Status Begin() {
    ASSIGN_OR_RETURN(const bool begun, Page([&](db::Tx& tx) -> absl::StatusOr<bool> {
                       const auto book = work_.registration.policies->Open(tx);
                       ASSIGN_OR_RETURN(auto pack, PackOf(*book, record_.policy_id));
                       pack_.emplace(std::move(pack));
                       range_ = auth::RangeOf(record_.area);
                       total_ = store::CountRegistered(tx, {range_}).households;
                       if (record_.done.area == 0) store::FollowHouseholds(tx, range_);
                       return true;
                     }));
    (void)begun;
    look_.pack = &*pack_;
    look_.policy_id = record_.policy_id;
    look_.run_id = work_.id.ToString();
    look_.year = record_.year;
    date_ = *standards::ParseDate(record_.date);
    return absl::OkStatus();
  }

  // Takes a step of the run in a transaction, and writes with it how far the run is; the step says whether there are
  // more of its kind.
  absl::StatusOr<bool> Page(absl::FunctionRef<absl::StatusOr<bool>(db::Tx&)> step) {
    bool more = false;
    const absl::Status status = work_.registration.database().Write(db::Bounds{}, [&](db::Tx& tx) -> absl::Status {
      RETURN_IF_ERROR(work_.held(tx));
      auto record = store::LoadQualityRunForUpdate(tx, work_.id);
      if (!record) return Refuse(v1::QUALITY_RUN_NOT_FOUND);
      record_ = *std::move(record);
      look_.today = *standards::ParseDate(domain::DayOf(work_.clock()));
      ASSIGN_OR_RETURN(more, step(tx));
      store::SaveQualityRun(tx, record_);
      return absl::OkStatus();
    });
    // In doubt whether the page is written: the run is taken up again and finds out.
    if (status.code() == absl::StatusCode::kDeadlineExceeded) return Refuse(status::Reason::UNAVAILABLE);
    if (!status.ok()) return status;
    return more;
  }

  void Count(const domain::QualityChange& change) {
    record_.new_count += change.new_count;
    record_.kept_count += change.kept_count;
    record_.fixed_count += change.fixed_count;
  }

  absl::StatusOr<bool> JudgePage(db::Tx& tx) {
    const auto page = store::NextQualityPage(tx, range_, record_.done, work_.page_households);
    if (page.households.empty()) {
      record_.households_done = true;
      return false;
    }
    ASSIGN_OR_RETURN(const auto looked, LookAtHouseholds(work_.registration, tx, look_, date_, page.households));
    const Tallies tallies = TallyOf(looked, look_);
    store::AddTallies(tx, work_.id, tallies);
    record_.done = page.last;
    for (const auto& [area, tally] : tallies) {
      record_.household_count += tally.households;
      record_.person_count += tally.persons;
    }
    Count(looked.change);
    return true;
  }

  absl::StatusOr<bool> FindLostMembers(db::Tx& tx) {
    const auto page = store::NextLostMembers(tx, range_, record_.members_done, work_.page_members);
    if (page.looked_at == 0) return false;
    record_.members_done = page.last;
    if (page.members.empty()) return true;
    const v1::QualityRule::Code code = v1::QualityRule::PERSON_WITHOUT_HOUSEHOLD;
    std::vector<ids::RecordId> households;
    std::vector<domain::QualityRecord> found;
    for (const store::LostMember& member : page.members) {
      domain::QualityCase judged;
      const ids::RecordId household{member.member.shard, member.household};
      households.push_back(household);
      judged.household.set_household_id(household.ToString());
      judged.household.set_area(standards::FormatAreaCode(member.area));
      judged.persons.emplace_back().member.set_member_id(member.member.ToString());
      const domain::QualityFinding finding{code,           v1::QualityIssue::MEMBER, 0,
                                           "household_id", "所在户已归档或不存在",   "所在户在册"};
      auto issues = domain::IssuesOf(judged, {finding}, look_);
      std::move(issues.begin(), issues.end(), std::back_inserter(found));
    }
    // What is lost no longer is fixed at the end.
    QualityLooked looked;
    looked.change = domain::Reconcile(store::LoadIssuesForUpdate(tx, households), std::move(found), look_, {});
    store::SaveChange(tx, looked.change);
    store::AddTallies(tx, work_.id, TallyOf(looked, look_));
    Count(looked.change);
    return true;
  }

  absl::StatusOr<bool> FixGone(db::Tx& tx) {
    const auto gone =
        store::FixGone(tx, range_, domain::HouseholdRules(*pack_), domain::TableRules(*pack_), kGoneAtOnce);
    record_.fixed_count += gone.fixed;
    return gone.more;
  }

  absl::StatusOr<bool> Finish(db::Tx& tx) {
    record_.finish_time = work_.clock();
    audit::v1::AuditRecord audited;
    audited.set_service(std::string(store::kService));
    audited.set_method("bangfu.registration.v1.QualityService.StartQualityRun");
    audited.set_subject(record_.subject);
    audited.set_session(work_.origin.session);
    audited.set_trace(work_.origin.trace);
    store::SetTime(*record_.finish_time, audited.mutable_time());
    audited.set_result("OK");
    rpc::Effects effects(std::move(audited));
    v1::QualityRunFinished finished;
    finished.set_run_id(work_.id.ToString());
    finished.set_household_count(record_.household_count);
    finished.set_new_count(record_.new_count);
    finished.set_kept_count(record_.kept_count);
    finished.set_fixed_count(record_.fixed_count);
    effects.ActOn(finished.run_id(), record_.area);
    effects.Emit(finished, finished.run_id(), record_.area);
    RETURN_IF_ERROR(effects.Flush(tx));
    return false;
  }

  const QualityRunWork& work_;
  store::QualityRunRecord record_;  // as of the last step
  std::optional<domain::QualityPack> pack_;
  domain::QualityLook look_;
  auth::AreaRange range_;
  absl::CivilDay date_;
  int64_t total_ = 0;
};

}  // namespace

absl::Status RunQuality(const QualityRunWork& work) { return Run(work).Do(); }

operations::Runner::Body QualityBody(const Registration& registration) {
  return [&registration](operations::Job& job) -> absl::StatusOr<operations::Outcome> {
    const QualityRunWork work{
        registration,
        job.id(),
        [] { return absl::Now(); },
        job.origin(),
        [&job](const std::string& phase, int64_t done, int64_t total) { job.Progress(phase, done, total); },
        [&job] { return job.Stopped(); },
        [&job](db::Tx& tx) { return job.CheckHeld(tx); },
    };
    RETURN_IF_ERROR(RunQuality(work));
    return operations::Outcome{operations::Operation::SUCCEEDED, "已完成", absl::OkStatus()};
  };
}

absl::StatusOr<domain::QualityPack> PackOf(const policy::Book& book, const std::string& policy_id) {
  const policy::Rule* rule = book.FindDocument(policy_id);
  if (rule == nullptr || rule->body->GetDescriptor() != v1::QualityRules::descriptor()) {
    return Refuse(policy::v1::POLICY_NOT_FOUND);
  }
  return domain::QualityPack(static_cast<const v1::QualityRules&>(*rule->body));
}

absl::StatusOr<QualityLooked> LookAtHouseholds(const Registration& registration, db::Tx& tx,
                                               const domain::QualityLook& look, absl::CivilDay date,
                                               const std::vector<ids::RecordId>& households) {
  QualityLooked looked;
  const auto known = store::LoadIssuesForUpdate(tx, households);
  ASSIGN_OR_RETURN(looked.cases, store::LoadQualityCases(tx, registration.sealer(), households, look.year, date));
  std::vector<domain::QualityRecord> found;
  for (const domain::QualityCase& judged : looked.cases) {
    auto issues = domain::IssuesOf(judged, look.pack->Judge(judged), look);
    std::move(issues.begin(), issues.end(), std::back_inserter(found));
  }
  looked.change = domain::Reconcile(known, std::move(found), look, domain::HouseholdRules(*look.pack));
  store::SaveChange(tx, looked.change);
  return looked;
}

}  // namespace bangfu::registration
