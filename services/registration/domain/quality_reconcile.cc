#include "services/registration/domain/quality_reconcile.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/standards/date.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

using v1::QualityIssue;

// Rule, record and field: what makes an issue the same.
using Identity = std::tuple<std::string, int, int, std::string, int, std::string>;

bool IsOfYear(const QualityIssue& issue) {
  return issue.record() == QualityIssue::INCOME || issue.record() == QualityIssue::LIVING_CONDITION;
}

Identity IdentityOf(const QualityIssue& issue) {
  return {issue.household_id(), issue.rule(), issue.record(), issue.member_id(), IsOfYear(issue) ? issue.year() : 0,
          issue.field()};
}

bool IsOpen(const QualityIssue& issue) {
  return issue.state() == QualityIssue::OPEN || issue.state() == QualityIssue::WAIVER_REQUESTED;
}

// What is found anew takes over all that the rule says now; what people did about it stays where it still holds.
QualityRecord FoundAgain(const QualityRecord& known, const QualityRecord& found) {
  QualityRecord again = found;
  QualityIssue& issue = again.issue;
  issue.set_issue_id(known.issue.issue_id());
  issue.set_assignee(known.issue.assignee());
  issue.set_etag(known.issue.etag());
  issue.set_reopen_count(known.issue.reopen_count());
  const bool fixed = known.issue.state() == QualityIssue::FIXED;
  if (fixed) issue.set_reopen_count(known.issue.reopen_count() + 1);
  const bool explained = !fixed && known.issue.state() != QualityIssue::OPEN && known.issue.found() == issue.found();
  if (explained) {
    issue.set_state(known.issue.state());
    issue.set_waiver(known.issue.waiver());
    again.waiver_by = known.waiver_by;
  }
  if (IsOpen(known.issue) || explained) {
    issue.set_found_date(known.issue.found_date());
    issue.set_due_date(known.issue.due_date());
    issue.set_run_id(known.issue.run_id());
  }
  return again;
}

const google::protobuf::Descriptor& TypeOf(QualityIssue::Record record) {
  switch (record) {
    case QualityIssue::MEMBER: return *v1::Member::descriptor();
    case QualityIssue::INCOME: return *v1::Income::descriptor();
    case QualityIssue::LIVING_CONDITION: return *v1::LivingCondition::descriptor();
    default: return *v1::Household::descriptor();
  }
}

}  // namespace

void Describe(v1::QualityIssue* issue) {
  issue->set_title(LabelOf(issue->rule()));
  const auto* field = TypeOf(issue->record()).FindFieldByName(issue->field());
  if (field != nullptr) issue->set_field_label(field->options().GetExtension(options::v1::field).label());
}

std::vector<QualityRecord> IssuesOf(const QualityCase& judged, const std::vector<QualityFinding>& findings,
                                    const QualityLook& look) {
  std::vector<QualityRecord> records;
  for (const QualityFinding& finding : findings) {
    const v1::QualityRule& rule = *look.pack->Find(finding.rule);
    QualityRecord record;
    record.policy_id = look.policy_id;
    QualityIssue& issue = record.issue;
    issue.set_rule(finding.rule);
    issue.set_severity(rule.severity());
    issue.set_state(QualityIssue::OPEN);
    issue.set_area(judged.household.area());
    issue.set_household_id(judged.household.household_id());
    issue.set_record(finding.record);
    if (finding.person >= 0)
      issue.set_member_id(judged.persons[static_cast<size_t>(finding.person)].member.member_id());
    issue.set_year(look.year);
    issue.set_field(finding.field);
    issue.set_found(finding.found);
    issue.set_expected(finding.expected);
    issue.set_fix(look.pack->FixOf(rule));
    issue.set_owner(rule.owner());
    issue.set_found_date(standards::FormatDate(look.today));
    issue.set_due_date(standards::FormatDate(look.today + rule.days_to_fix()));
    issue.set_run_id(look.run_id);
    records.push_back(std::move(record));
  }
  return records;
}

QualityChange Reconcile(const std::vector<QualityRecord>& known, std::vector<QualityRecord> found,
                        const QualityLook& look, const std::set<int>& scope) {
  QualityChange change;
  std::map<Identity, const QualityRecord*> before;
  for (const QualityRecord& record : known) before[IdentityOf(record.issue)] = &record;
  for (QualityRecord& record : found) {
    const auto same = before.find(IdentityOf(record.issue));
    if (same == before.end()) {
      ++change.new_count;
      change.counted.push_back(record.issue);
      change.added.push_back(std::move(record));
      continue;
    }
    QualityRecord again = FoundAgain(*same->second, record);
    if (IsOpen(again.issue)) {
      ++(IsOpen(same->second->issue) ? change.kept_count : change.new_count);
      change.counted.push_back(again.issue);
    }
    before.erase(same);
    change.changed.push_back(std::move(again));
  }
  for (const auto& [identity, record] : before) {
    const QualityIssue& issue = record->issue;
    const bool looked_for = scope.count(issue.rule()) > 0 && (!IsOfYear(issue) || issue.year() == look.year);
    if (issue.state() == QualityIssue::FIXED || !looked_for) continue;
    if (IsOpen(issue)) ++change.fixed_count;
    change.changed.push_back(*record);
    change.changed.back().issue.set_state(QualityIssue::FIXED);
  }
  return change;
}

std::set<int> HouseholdRules(const QualityPack& pack) {
  std::set<int> rules(pack.codes().begin(), pack.codes().end());
  for (const int code : TableRules(pack)) rules.erase(code);
  return rules;
}

std::set<int> TableRules(const QualityPack& pack) {
  std::set<int> rules;
  for (const int code : pack.codes()) {
    const QualityCheck* check = FindCheck(static_cast<v1::QualityRule::Code>(code));
    if (check != nullptr && check->judge == nullptr) rules.insert(code);
  }
  return rules;
}

void AddToTally(const QualityCase& judged, const QualityLook& look, QualityTally* tally) {
  ++tally->households;
  tally->persons += static_cast<int64_t>(judged.persons.size());
  const int64_t days = std::max<int64_t>(0, judged.date - judged.confirm_date);
  tally->unconfirmed_days += days;
  const int limit = look.pack->rules().stale_days();
  if (limit > 0 && days > limit) ++tally->stale_households;
}

void AddToTally(const std::vector<v1::QualityIssue>& issues, QualityTally* tally) {
  std::set<std::string> wrong;
  std::set<std::pair<int, std::string>> found;
  for (const QualityIssue& issue : issues) {
    auto& rule = tally->rules[issue.rule()];
    ++rule.issues;
    if (found.insert({issue.rule(), issue.household_id()}).second) ++rule.households;
    if (issue.severity() == v1::QualityRule::CLUE) continue;
    // A household that is off the register is not among those judged.
    const QualityCheck* check = FindCheck(issue.rule());
    if (check != nullptr && check->judge == nullptr) continue;
    if (wrong.insert(issue.household_id()).second) ++tally->problem_households;
  }
}

}  // namespace bangfu::registration::domain
