// The comparison of a list with the register as a job: step by step, each in a transaction with how far it is, so that
// it may be stopped or killed at any moment and goes on behind what it has committed.

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bangfu/audit/v1/audit.pb.h"
#include "bangfu/registration/v1/matching_events.pb.h"
#include "bangfu/registration/v1/matching_reason.pb.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/label.h"
#include "services/registration/domain/matching_policy.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/matching_rpc.h"
#include "services/registration/store/match_authorisation_store.h"
#include "services/registration/store/match_hit_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {
namespace {

using status::Refuse;
using store::Person;

constexpr int kPersonsAtOnce = 2000;
constexpr int kKeptFacts = 20;  // of one hit
constexpr int kPurgedAtOnce = 10'000;

// Persons of one step, and where it ends.
struct Portion {
  std::vector<Person> persons;
  int64_t looked_at = 0;
  bool ended = false;
};

// The rule for a village, and the document it is from.
struct VillageRule {
  v1::MatchingRule rule;
  std::string policy_id;
};

class Comparison {
 public:
  Comparison(const Registration& registration, operations::Job& job) : registration_(registration), job_(job) {}

  absl::Status Run() {
    RETURN_IF_ERROR(Prepare());
    for (bool ended = false; !ended;) {
      if (job_.Stopped()) return Refuse(status::Reason::CANCELLED);
      store::MatchProgress next;
      RETURN_IF_ERROR(Write([&](db::Tx& tx) -> absl::Status {
        next = run_.progress;
        ASSIGN_OR_RETURN(ended, Step(tx, &next));
        store::SaveProgress(tx, run_.id, next);
        return absl::OkStatus();
      }));
      run_.progress = next;
      job_.Progress("比对", next.person_count, std::max(total_, next.person_count));
    }
    return Write([&](db::Tx& tx) { return Tell(tx); });
  }

 private:
  template <typename Body>
  absl::Status Write(Body body) {
    const absl::Status status = registration_.database().Write(db::Bounds{}, [&](db::Tx& tx) -> absl::Status {
      RETURN_IF_ERROR(job_.CheckHeld(tx));
      return body(tx);
    });
    // In doubt whether it was committed: the next worker finds out.
    if (status.code() == absl::StatusCode::kDeadlineExceeded) return Refuse(status::Reason::UNAVAILABLE);
    return status;
  }

  absl::Status Prepare() {
    return registration_.database().Read({.share = db::Share::kBackground}, [&](db::Tx& tx) -> absl::Status {
      auto run = store::LoadMatchRun(tx, job_.id());
      if (!run) return Refuse(v1::MATCH_RUN_NOT_FOUND);
      run_ = *std::move(run);
      list_ = *store::LoadMatchList(tx, run_.list);
      day_ = domain::DayOf(store::TimeOf(run_.shown.create_time()));
      book_ = registration_.policies->Open(tx);
      ASSIGN_OR_RETURN(const VillageRule* rule, RuleOf(list_.area));
      absence_ = rule->rule.absence();
      total_ = absence_ ? 0 : store::CountRowsOf(tx, list_.id);
      return absl::OkStatus();
    });
  }

  // Villages may have rules of their own; what is looked for, presence or absence, is the list's area's to say.
  absl::StatusOr<const VillageRule*> RuleOf(int64_t area) {
    const auto known = rules_.find(area);
    if (known != rules_.end()) return &known->second;
    ASSIGN_OR_RETURN(const auto rules, policy::Resolve<v1::MatchingRules>(*book_, area, *standards::ParseDate(day_)));
    ASSIGN_OR_RETURN(v1::MatchingRule rule, domain::FindRule(rules.message, list_.shown.kind()));
    return &rules_.emplace(area, VillageRule{std::move(rule), rules.ref.policy_id()}).first->second;
  }

  // That all rows are there until the end of the transaction: of whose row is deleted the list would tell the contrary.
  // MATCH_LIST_WRONG_STATE.
  absl::Status CheckWhole(db::Tx& tx) const {
    const auto list = store::LoadMatchList(tx, list_.id, store::ListLock::kShare);
    if (list->shown.state() == v1::MatchList::RECEIVED) return absl::OkStatus();
    return Refuse(v1::MATCH_LIST_WRONG_STATE, {{"state", domain::LabelOf(list->shown.state())}});
  }

  // True when there was nobody left.
  absl::StatusOr<bool> Step(db::Tx& tx, store::MatchProgress* next) {
    RETURN_IF_ERROR(CheckWhole(tx));
    ASSIGN_OR_RETURN(const Portion portion, absence_ ? NextAbsent(tx, next) : NextListed(tx, next));
    if (portion.ended) return true;
    next->person_count += portion.looked_at;
    const std::vector<Person> covered = Cover(tx, portion.persons, next);
    ASSIGN_OR_RETURN(const std::vector<v1::MatchHit> hits, Judge(tx, covered));
    next->covered_count += static_cast<int64_t>(covered.size());
    next->hit_count += static_cast<int64_t>(hits.size());
    if (!hits.empty()) {
      next->new_hit_count +=
          store::InsertHits(tx, registration_.sealer(), hits, list_.shown.retain_until(), absl::Now());
    }
    return false;
  }

  // Who is listed, and present in a household of the area.
  absl::StatusOr<Portion> NextListed(db::Tx& tx, store::MatchProgress* next) {
    const auto digests = store::NextDigests(tx, list_.id, next->after_digest, kPersonsAtOnce);
    if (digests.empty()) return Portion{{}, 0, true};
    next->after_digest = digests.back();
    std::vector<ids::RecordId> members;
    for (const auto& [digest, member] : store::FindIdentities(tx, digests)) members.push_back(member);
    return Portion{store::LoadPersons(tx, members, list_.area), static_cast<int64_t>(digests.size())};
  }

  // Who is present in a household of the area, of the age that the rule looks for.
  absl::StatusOr<Portion> NextAbsent(db::Tx& tx, store::MatchProgress* next) {
    auto persons = store::NextPersons(tx, list_.area, next->after_area, next->after_id, kPersonsAtOnce);
    if (persons.empty()) return Portion{{}, 0, true};
    next->after_area = persons.back().area;
    next->after_id = persons.back().id.number;
    Portion portion;
    for (Person& person : persons) {
      ASSIGN_OR_RETURN(const VillageRule* rule, RuleOf(person.area));
      if (!domain::IsOfAge(rule->rule, person.birth_date, list_.shown.as_of())) continue;
      portion.persons.push_back(std::move(person));
    }
    portion.looked_at = static_cast<int64_t>(portion.persons.size());
    return portion;
  }

  // Those whose household has authorised it, or is covered by the basis of the purpose. Of the others nothing is looked
  // at: they are counted.
  std::vector<Person> Cover(db::Tx& tx, const std::vector<Person>& persons, store::MatchProgress* next) {
    std::vector<ids::RecordId> asked;
    for (const Person& person : persons) {
      if (!CoveredByBasis(person)) asked.push_back({person.id.shard, person.household_id});
    }
    const auto authorised = store::FindAuthorised(tx, asked, list_.shown.kind(), day_);
    std::vector<Person> covered;
    for (const Person& person : persons) {
      if (CoveredByBasis(person) || authorised.count({person.id.shard, person.household_id}) > 0) {
        covered.push_back(person);
      }
    }
    next->unauthorised_count += static_cast<int64_t>(persons.size() - covered.size());
    return covered;
  }

  bool CoveredByBasis(const Person& person) const {
    return list_.shown.statutory_basis_suffices() && person.registered;
  }

  absl::StatusOr<std::vector<v1::MatchHit>> Judge(db::Tx& tx, const std::vector<Person>& persons) {
    std::vector<std::string> digests;
    for (const Person& person : persons) digests.push_back(person.digest);
    const auto listed = absence_ ? store::FindListed(tx, list_.id, digests) : absl::flat_hash_set<std::string>();
    absl::flat_hash_map<std::string, std::vector<v1::MatchFact>> facts;
    if (!absence_) {
      ASSIGN_OR_RETURN(facts, store::LoadFacts(tx, registration_.sealer(), list_.id, digests));
    }
    std::vector<v1::MatchHit> hits;
    for (const Person& person : persons) {
      if (listed.contains(person.digest)) continue;
      ASSIGN_OR_RETURN(const VillageRule* rule, RuleOf(person.area));
      if (!domain::IsOfAge(rule->rule, person.birth_date, list_.shown.as_of())) continue;
      if (const auto verdict = domain::JudgeMatch(rule->rule, facts[person.digest])) {
        hits.push_back(HitOf(person, *rule, *verdict, facts[person.digest]));
      }
    }
    return hits;
  }

  v1::MatchHit HitOf(const Person& person, const VillageRule& rule, const domain::MatchVerdict& verdict,
                     const std::vector<v1::MatchFact>& facts) const {
    v1::MatchHit hit;
    hit.set_hit_id(ids::RecordId{person.id.shard, ids::NewRecordNumber()}.ToString());
    hit.set_area(standards::FormatAreaCode(person.area));
    hit.set_list_id(list_.shown.list_id());
    hit.set_run_id(run_.shown.run_id());
    hit.set_purpose(list_.shown.purpose());
    hit.set_kind(list_.shown.kind());
    hit.set_household_id(ids::RecordId{person.id.shard, person.household_id}.ToString());
    hit.set_member_id(person.id.ToString());
    hit.set_absence(absence_);
    hit.set_severity(verdict.severity);
    hit.set_veto(verdict.veto);
    hit.set_policy_id(rule.policy_id);
    hit.set_band(verdict.band);
    hit.set_fact_count(static_cast<int32_t>(facts.size()));
    for (const v1::MatchFact& fact : facts) {
      if (hit.facts_size() < kKeptFacts) *hit.add_facts() = fact;
    }
    hit.set_due_date(standards::FormatDate(*standards::ParseDate(day_) + rule.rule.verify_days()));
    return hit;
  }

  absl::Status Tell(db::Tx& tx) {
    if (!store::MarkTold(tx, run_.id)) return absl::OkStatus();
    audit::v1::AuditRecord record;
    record.set_service(registration_.write.service);
    record.set_method("bangfu.registration.v1.MatchingService.StartMatchRun");
    record.set_subject(run_.shown.subject());
    record.set_session(job_.origin().session);
    record.set_trace(job_.origin().trace);
    record.set_purpose(list_.shown.purpose_label());
    record.set_row_count(run_.progress.covered_count);
    record.set_result("OK");
    store::SetTime(absl::Now(), record.mutable_time());
    rpc::Effects effects(std::move(record));
    effects.ActOn(run_.shown.run_id(), run_.area);
    v1::MatchRunCompleted completed;
    completed.set_run_id(run_.shown.run_id());
    completed.set_list_id(run_.shown.list_id());
    completed.set_hit_count(run_.progress.hit_count);
    completed.set_unauthorised_count(run_.progress.unauthorised_count);
    effects.Emit(completed, run_.shown.run_id(), run_.area);
    return effects.Flush(tx);
  }

  const Registration& registration_;
  operations::Job& job_;
  store::MatchRunRecord run_;
  store::MatchListRecord list_;
  std::shared_ptr<const policy::Book> book_;
  std::map<int64_t, VillageRule> rules_;
  std::string day_;  // on which the comparison was started: by it authorisations and rules are judged
  bool absence_ = false;
  int64_t total_ = 0;
};

}  // namespace

operations::Runner::Body MatchingBody(const Registration& registration) {
  return [&registration](operations::Job& job) -> absl::StatusOr<operations::Outcome> {
    RETURN_IF_ERROR(Comparison(registration, job).Run());
    return operations::Outcome{operations::Operation::SUCCEEDED, "已比对", absl::OkStatus()};
  };
}

absl::Status PurgeMatching(db::Tx& tx, absl::Time now) {
  const store::Purged purged = store::PurgeMatching(tx, domain::DayOf(now), kPurgedAtOnce);
  if (purged.facts == 0 && purged.list.number == 0) return absl::OkStatus();
  audit::v1::AuditRecord record;
  record.set_service(std::string(store::kService));
  record.set_method("bangfu.registration.v1.MatchingService.PurgeMatching");
  record.set_subject("retention");
  record.set_purpose("保存期满清除");
  record.set_row_count(purged.facts + purged.rows);
  record.set_result("OK");
  store::SetTime(now, record.mutable_time());
  rpc::Effects effects(std::move(record));
  if (purged.list.number != 0) effects.ActOn(purged.list.ToString(), purged.area);
  return effects.Flush(tx);
}

}  // namespace bangfu::registration
