#include "services/registration/rpc/monitoring_run.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bangfu/registration/v1/monitoring_reason.pb.h"
#include "common/rpc/effects.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/monitoring_alert.h"
#include "services/registration/rpc/monitoring_steps.h"
#include "services/registration/store/monitoring_lookup.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using status::Refuse;
using v1::MonitoringClue;

constexpr int kHouseholdsAtOnce = 1'000;  // of a transaction

// One portion of a run, inside its transaction.
class Portion {
 public:
  Portion(const Registration& registration, const operations::Job& job, db::Tx& tx, store::StoredRun* stored)
      : registration_(registration), job_(job), tx_(tx), stored_(*stored), now_(absl::Now()) {}

  absl::Status Run() {
    const auto incomes =
        store::NextIncomes(tx_, AreaNumber(stored_.run.area()), stored_.run.year(), stored_.cursor, kHouseholdsAtOnce);
    std::vector<store::NewClue> clues;
    for (const store::ComparedIncome& income : incomes) {
      ASSIGN_OR_RETURN(const Regime* regime, RegimeOf(income.area));
      if (regime == nullptr) {
        stored_.run.set_unruled_count(stored_.run.unruled_count() + 1);
      } else {
        Compare(income, *regime, &clues);
      }
      stored_.cursor = {income.area, income.household.number};
    }
    stored_.run.set_compared_count(stored_.run.compared_count() + static_cast<int64_t>(incomes.size()));
    stored_.run.set_complete(static_cast<int>(incomes.size()) < kHouseholdsAtOnce);
    RETURN_IF_ERROR(Raise(std::move(clues)));
    store::SaveRun(tx_, stored_);
    return absl::OkStatus();
  }

 private:
  // Null where a county has no rules or no line.
  absl::StatusOr<const Regime*> RegimeOf(int64_t area) {
    const auto [found, is_new] = regimes_.try_emplace(standards::CountyOf(area));
    if (is_new) {
      const auto book = registration_.policies->Open(tx_);
      auto regime = RegimeOn(*book, area, *standards::ParseDate(stored_.date));
      if (regime.ok()) {
        found->second = *std::move(regime);
      } else if (status::ReasonOf(regime.status()) != "NO_POLICY_APPLIES") {
        return regime.status();
      }
    }
    return found->second ? &*found->second : nullptr;
  }

  // A trigger is raised once a household and year, however often the run is made.
  void Compare(const store::ComparedIncome& income, const Regime& regime, std::vector<store::NewClue>* clues) const {
    for (const std::string& trigger : domain::ComputeTriggers(income.per_capita_fen, income.previous_fen,
                                                              regime.rules.message, regime.line.message)) {
      store::NewClue& added = clues->emplace_back();
      added.source_key =
          absl::StrCat(static_cast<int>(MonitoringClue::COMPUTED), "/", stored_.run.year(), "/", trigger);
      MonitoringClue& clue = added.clue;
      clue.set_household_id(income.household.ToString());
      clue.set_channel(MonitoringClue::COMPUTED);
      clue.set_source_number(absl::StrCat(stored_.run.year()));
      clue.add_triggers(trigger);
      clue.set_recorder(job_.subject());
      *clue.mutable_policy() = trigger == domain::kBelowLineTrigger ? regime.line.ref : regime.rules.ref;
      store::SetTime(now_, clue.mutable_receive_time());
    }
  }

  absl::Status Raise(std::vector<store::NewClue> clues) {
    audit::v1::AuditRecord record;
    record.set_service(registration_.write.service);
    record.set_method("bangfu.registration.v1.MonitoringService.StartTriggerRun");
    record.set_subject(job_.subject());
    record.set_session(job_.origin().session);
    record.set_trace(job_.origin().trace);
    store::SetTime(now_, record.mutable_time());
    record.set_result("OK");
    rpc::Effects effects(std::move(record));
    effects.ActOn(stored_.run.run_id(), AreaNumber(stored_.run.area()));
    ASSIGN_OR_RETURN(const Raised raised, RaiseClues(registration_, tx_, effects, now_, std::move(clues)));
    stored_.run.set_raised_count(stored_.run.raised_count() + raised.added);
    stored_.run.set_repeated_count(stored_.run.repeated_count() + raised.repeated);
    return effects.Flush(tx_);
  }

  const Registration& registration_;
  const operations::Job& job_;
  db::Tx& tx_;
  store::StoredRun& stored_;
  const absl::Time now_;
  std::map<int32_t, std::optional<Regime>> regimes_;
};

}  // namespace

operations::Runner::Body MonitoringRunBody(const Registration& registration) {
  return [&registration](operations::Job& job) -> absl::StatusOr<operations::Outcome> {
    for (;;) {
      if (job.Stopped()) return Refuse(status::Reason::CANCELLED);
      store::StoredRun seen;
      RETURN_IF_ERROR(registration.database().Write(db::Bounds{}, [&](db::Tx& tx) -> absl::Status {
        RETURN_IF_ERROR(job.CheckHeld(tx));
        auto stored = store::LoadRun(tx, job.id());
        if (!stored) return Refuse(v1::MONITORING_RUN_NOT_FOUND);
        if (!stored->run.complete()) RETURN_IF_ERROR(Portion(registration, job, tx, &*stored).Run());
        seen = *std::move(stored);
        return absl::OkStatus();
      }));
      job.Progress("比对", seen.run.compared_count(), 0);
      if (seen.run.complete()) return operations::Outcome{operations::Operation::SUCCEEDED, "已完成", absl::OkStatus()};
    }
  };
}

}  // namespace bangfu::registration
