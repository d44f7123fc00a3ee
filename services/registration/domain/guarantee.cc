#include "services/registration/domain/guarantee.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/standards/date.h"
#include "common/standards/hundredths.h"
#include "services/registration/domain/exit_verdict.h"
#include "services/registration/domain/income.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

using policy::v1::RuleOutcome;
using Item = v1::ExitCondition;
using Status = v1::GuaranteeStatus;

constexpr int kOldestPupil = 20;  // see the bounds of LivingNeeds

bool IsOfHouseholds(Item::Item item) { return item > Item::INCOME_OVER_LINE && item <= Item::HARD_ROAD; }

const Status* FindItem(const v1::GuaranteeRecord& record, Item::Item item) {
  const auto found =
      std::find_if(record.items().begin(), record.items().end(), [&](const auto& one) { return one.item() == item; });
  return found == record.items().end() ? nullptr : &*found;
}

bool Has(const google::protobuf::RepeatedField<int>& items, int item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

int64_t UnitsOf(const v1::NeedsInputs& inputs, const v1::LivingNeeds& needs, v1::LivingNeed::Basis basis) {
  if (basis == v1::LivingNeed::HOUSEHOLD) return 1;
  if (basis == v1::LivingNeed::MEMBER) return inputs.member_count();
  return std::count_if(inputs.young_ages().begin(), inputs.young_ages().end(),
                       [&](int age) { return age >= needs.school_age_from() && age <= needs.school_age_to(); });
}

std::string YuanText(int64_t fen) { return absl::StrCat(standards::FormatHundredths(fen), " 元/人·年"); }

void Tell(const std::string& code, const std::string& label, bool met, const std::string& found,
          const std::string& asked, RuleOutcome* outcome) {
  auto& reason = *outcome->add_reasons();
  reason.set_code(code);
  reason.set_label(label);
  reason.set_met(met);
  reason.set_found(found);
  reason.set_asked(asked);
}

// Sums of a year for the household, in fen.
struct Sums {
  int64_t derived = 0;  // of what is met
  int64_t all = 0;
  bool lacks = false, unknown = false;
};

Sums AddItems(const v1::NeedsInputs& inputs, const v1::LivingNeeds& needs, RuleOutcome* outcome) {
  Sums sums;
  for (const v1::LivingNeed& need : needs.needs()) {
    const int64_t units = UnitsOf(inputs, needs, need.basis());
    const int64_t amount = need.amount_fen() * units;
    const bool met = Has(inputs.met(), need.item()), unmet = Has(inputs.unmet(), need.item());
    sums.all += amount;
    sums.derived += met ? amount : 0;
    sums.lacks |= unmet;
    sums.unknown |= !met && !unmet && amount > 0;
    const std::string& code = Item::Item_Name(need.item());
    const std::string asked =
        absl::StrCat(LabelOf(need.basis()), " ", standards::FormatHundredths(need.amount_fen()), " 元/年, 计 ", units);
    if (met) {
      Tell(code + "_HELD", LabelOf(need.item()), true,
           absl::StrCat("已达到, 倒推 ", YuanText(PerHead(amount, inputs.member_count()))), asked, outcome);
    } else {
      Tell(code + (unmet ? "_FAILED" : "_UNKNOWN"), LabelOf(need.item()), false, unmet ? "未达到" : "未核实", asked,
           outcome);
    }
  }
  return sums;
}

}  // namespace

absl::Status CheckGuarantees(const v1::GuaranteeRecord& record) {
  std::vector<status::FieldError> errors;
  std::set<int> seen;
  for (int i = 0; i < record.items_size(); ++i) {
    const std::string path = absl::StrCat("record.items[", i, "].item");
    if (!seen.insert(record.items(i).item()).second) errors.push_back({path, "项目: 重复"});
    if (!IsOfHouseholds(record.items(i).item())) {
      errors.push_back({path, "项目: 应为农户条件; 收入以采集的年度收入为准"});
    }
  }
  return errors.empty() ? absl::OkStatus() : status::RefuseFields(errors);
}

void NameRecorders(const std::optional<v1::GuaranteeRecord>& before, const std::string& account,
                   const google::protobuf::Timestamp& time, v1::GuaranteeRecord* record) {
  for (Status& item : *record->mutable_items()) {
    const Status* old = before ? FindItem(*before, item.item()) : nullptr;
    const bool same = old != nullptr && old->state() == item.state() && old->evidence() == item.evidence();
    item.set_recorder(same ? old->recorder() : account);
    *item.mutable_record_time() = same ? old->record_time() : time;
  }
}

int32_t GapsOf(const v1::GuaranteeRecord& record) {
  int32_t gaps = 0;
  for (const Status& item : record.items()) gaps |= item.state() == Status::UNMET ? GapBit(item.item()) : 0;
  return gaps;
}

void AddRecorded(const v1::GuaranteeRecord& record, v1::HouseholdExitInputs* inputs) {
  std::set<int> stated;
  for (const v1::ExitStatement& statement : inputs->statements()) stated.insert(statement.item());
  for (const Status& item : record.items()) {
    if (!stated.insert(item.item()).second) continue;
    v1::ExitStatement& statement = *inputs->add_statements();
    statement.set_item(item.item());
    statement.set_held(item.state() == Status::MET);
    statement.set_evidence(item.evidence());
  }
}

std::vector<status::FieldError> CheckLivingNeeds(const v1::LivingNeeds& needs) {
  std::vector<status::FieldError> errors;
  std::set<int> seen;
  for (int i = 0; i < needs.needs_size(); ++i) {
    const std::string path = absl::StrCat("needs[", i, "].item");
    if (!seen.insert(needs.needs(i).item()).second) errors.push_back({path, "项目: 重复"});
    if (!IsOfHouseholds(needs.needs(i).item())) errors.push_back({path, "项目: 应为农户条件, 且不是收入"});
  }
  if (needs.school_age_from() > needs.school_age_to()) {
    errors.push_back({"school_age_from", "义务教育起始年龄: 起始不大于终止"});
  }
  return errors;
}

v1::NeedsInputs DescribeForNeeds(const std::vector<v1::Member>& members, const std::optional<v1::Income>& income,
                                 const std::optional<v1::GuaranteeRecord>& record, int year, const std::string& date) {
  v1::NeedsInputs inputs;
  inputs.set_year(year);
  inputs.set_member_count(static_cast<int32_t>(members.size()));
  for (const v1::Member& member : members) {
    const std::optional<int> age = standards::AgeOn(member.birth_date(), date);
    if (age && *age >= 0 && *age <= kOldestPupil) inputs.add_young_ages(*age);
  }
  if (income) inputs.set_net_per_capita_fen(income->net_per_capita_fen());
  if (!record) return inputs;
  for (const Status& item : record->items()) {
    if (item.state() == Status::MET) inputs.add_met(item.item());
    if (item.state() == Status::UNMET) inputs.add_unmet(item.item());
  }
  return inputs;
}

RuleOutcome JudgeIncomeByNeeds(const v1::NeedsInputs& inputs, const v1::LivingNeeds& needs) {
  RuleOutcome outcome;
  const Sums sums = AddItems(inputs, needs, &outcome);
  const auto conclude = [&](const char* verdict, const char* label, const char* code, bool met,
                            const std::string& found) {
    Tell(code, "申报收入", met, found, absl::StrCat("与倒推收入偏差不超过 ", needs.tolerance_percent(), "%"), &outcome);
    outcome.set_verdict(verdict);
    outcome.set_label(label);
    return outcome;
  };
  const int64_t derived = PerHead(sums.derived, inputs.member_count());
  const int64_t all = PerHead(sums.all, inputs.member_count());
  if (!inputs.has_net_per_capita_fen()) {
    return conclude("INCOMPLETE", "情况不明, 暂不能判定", "DECLARED_INCOME_UNKNOWN", false,
                    absl::StrCat(inputs.year(), "年度收入未采集; 倒推不低于 ", YuanText(derived)));
  }
  const int64_t declared = inputs.net_per_capita_fen();
  const std::string figures = absl::StrCat("申报 ", YuanText(declared), ", 倒推不低于 ", YuanText(derived));
  if (declared * 100 < derived * (100 - needs.tolerance_percent())) {
    return conclude("DISAGREES", "申报收入与保障情况不一致", "DECLARED_INCOME_TOO_LOW", false,
                    absl::StrCat(figures, "; 申报不足以支付已达到的保障, 可能漏报"));
  }
  if (sums.lacks && declared * 100 > all * (100 + needs.tolerance_percent())) {
    return conclude("DISAGREES", "申报收入与保障情况不一致", "DECLARED_INCOME_TOO_HIGH", false,
                    absl::StrCat(figures, "; 全部保障只需 ", YuanText(all), ", 却有保障未达到, 可能虚报"));
  }
  if (sums.unknown) {
    return conclude("INCOMPLETE", "情况不明, 暂不能判定", "DECLARED_INCOME_UNKNOWN", false,
                    absl::StrCat(figures, "; 有保障未核实"));
  }
  return conclude("AGREES", "申报收入与保障情况一致", "DECLARED_INCOME_HELD", true, figures);
}

}  // namespace bangfu::registration::domain
