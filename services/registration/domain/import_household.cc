#include "services/registration/domain/import_household.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "common/standards/date.h"
#include "services/registration/domain/income.h"
#include "services/registration/domain/member.h"

namespace bangfu::registration::domain {
namespace {

constexpr char kIllness[] = "01", kNoLabour[] = "08";  // AAC007
constexpr char kHealthy[] = "01";                      // AAB017
constexpr int kYoungestParent = 15, kOldestParent = 65;

// The judgement in the making.
class Judging {
 public:
  explicit Judging(const ImportedHousehold& household) : household_(household) {
    for (const ImportedMember& member : household.members) {
      if (!member.wrong) live_.push_back(&member);
    }
  }

  HouseholdJudgement Judge() {
    if (household_.wrong) {
      judgement_.refused = true;
    } else {
      CheckHeads();
    }
    if (judgement_.refused) {
      RefuseTheRest();
    } else {
      CompareDeclared();
      CheckCause();
      CheckAges();
      CheckIncomes();
    }
    return std::move(judgement_);
  }

 private:
  void Add(Table table, int64_t row, absl::string_view column, v1::FindingReason reason,
           status::Metadata metadata = {}) {
    if (row == 0) return;
    judgement_.findings.push_back({table, {row, std::string(column), reason, std::move(metadata)}});
  }
  void AddToHousehold(absl::string_view field, v1::FindingReason reason, status::Metadata metadata = {}) {
    Add(Table::kHousehold, household_.row, TableOf(Table::kHousehold).Column(field).name, reason, std::move(metadata));
  }

  static bool IsHead(const ImportedMember& member) { return member.relation == kHead; }

  void CheckHeads() {
    const auto heads = std::count_if(live_.begin(), live_.end(), [](const auto* member) { return IsHead(*member); });
    if (heads == 1) {
      head_ = *std::find_if(live_.begin(), live_.end(), [](const auto* member) { return IsHead(*member); });
      return;
    }
    const std::string relation = TableOf(Table::kMember).Column("relation").name;
    if (heads > 1) {
      const status::Metadata told = {{"heads", absl::StrCat(heads)}};
      RefuseFor(v1::HEAD_SEVERAL, told);
      for (const ImportedMember* member : live_) {
        if (IsHead(*member)) Add(Table::kMember, member->row, relation, v1::HEAD_SEVERAL, told);
      }
      return;
    }
    for (const ImportedMember& member : household_.members) {
      if (member.wrong && IsHead(member)) return RefuseFor(v1::HEAD_WRONG, {{"other_row", absl::StrCat(member.row)}});
    }
    if (live_.empty()) return RefuseFor(v1::HOUSEHOLD_WITHOUT_MEMBERS, {});
    RefuseFor(v1::HEAD_MISSING, {});
    Add(Table::kMember, live_.front()->row, relation, v1::HEAD_MISSING);
  }

  void RefuseFor(v1::FindingReason reason, status::Metadata metadata) {
    judgement_.refused = true;
    reason_ = reason;
    metadata_ = metadata;
    Add(Table::kHousehold, household_.row, "", reason, std::move(metadata));
  }

  // Without a row in AC01 to point to, every row says itself what is wrong with the household.
  void RefuseTheRest() {
    const bool pointed = household_.row != 0;
    const v1::FindingReason reason = pointed ? v1::HOUSEHOLD_WRONG : reason_;
    const status::Metadata told = pointed ? status::Metadata{{"other_row", absl::StrCat(household_.row)}} : metadata_;
    for (const ImportedMember* member : live_) {
      const auto names = [&](const auto& found) {
        return found.first == Table::kMember && found.second.row == member->row;
      };
      const auto& findings = judgement_.findings;
      if (std::any_of(findings.begin(), findings.end(), names)) continue;
      Add(Table::kMember, member->row, kHouseholdColumn, reason, told);
    }
    for (const ImportedReport& income : household_.incomes) {
      if (!income.wrong) Add(Table::kIncome, income.row, kHouseholdColumn, reason, told);
    }
    for (const ImportedReport& living : household_.livings) {
      if (!living.wrong) Add(Table::kLiving, living.row, kHouseholdColumn, reason, told);
    }
  }

  void CompareDeclared() {
    if (!household_.declared_head.empty() && household_.declared_head != head_->name) {
      AddToHousehold("head_name", v1::HEAD_NAME_DISAGREES);
    }
    const int counted = static_cast<int>(live_.size());
    if (household_.declared_members && *household_.declared_members != counted) {
      AddToHousehold("member_count", v1::MEMBER_COUNT_DISAGREES,
                     {{"declared", absl::StrCat(*household_.declared_members)}, {"counted", absl::StrCat(counted)}});
    }
  }

  void CheckCause() {
    if (household_.main_cause == kIllness &&
        std::all_of(live_.begin(), live_.end(), [](const auto* member) { return member->health == kHealthy; })) {
      AddToHousehold("main_cause", v1::CAUSE_ILLNESS_ALL_HEALTHY);
    }
    if (household_.main_cause != kNoLabour) return;
    const auto able = std::count_if(live_.begin(), live_.end(), [](const auto* member) {
      return member->labour == "01" || member->labour == "02";
    });
    if (able >= 2) AddToHousehold("main_cause", v1::CAUSE_LABOUR_BUT_ABLE, {{"able", absl::StrCat(able)}});
  }

  void CheckAges() {
    for (const ImportedMember* member : live_) {
      const bool child = member->relation == "03" || member->relation == "04";
      const bool parent = member->relation == "11" || member->relation == "12";
      if (member->row == 0 || (!child && !parent)) continue;
      const auto& elder = child ? head_->birth_date : member->birth_date;
      const auto& younger = child ? member->birth_date : head_->birth_date;
      const auto years = standards::AgeOn(elder, younger);
      if (!years || (*years >= kYoungestParent && *years <= kOldestParent)) continue;
      Add(Table::kMember, member->row, TableOf(Table::kMember).Column("relation").name, v1::SPOUSE_CHILD_AGE,
          {{"years", absl::StrCat(*years)}});
    }
  }

  void CheckIncomes() {
    const ImportTable& table = TableOf(Table::kIncome);
    bool months_known = false;
    int months = 0;
    for (const ImportedMember* member : live_) {
      months_known |= member->work_months.has_value();
      months += member->work_months.value_or(0);
    }
    for (const ImportedReport& income : household_.incomes) {
      if (income.wrong) continue;
      if (income.wage_fen > 0 && months_known && months == 0) {
        Add(Table::kIncome, income.row, table.Column("wage_fen").name, v1::WAGE_WITHOUT_MONTHS);
      }
      const int64_t per_capita = PerHead(income.net_fen, static_cast<int32_t>(live_.size()));
      if (income.declared_per_capita_fen && *income.declared_per_capita_fen != per_capita) {
        Add(Table::kIncome, income.row, table.Column("net_per_capita_fen").name, v1::NET_INCOME_DISAGREES);
      }
    }
  }

  const ImportedHousehold& household_;
  std::vector<const ImportedMember*> live_;  // who will be present
  const ImportedMember* head_ = nullptr;     // set if the household is not refused
  v1::FindingReason reason_ = v1::FINDING_REASON_UNSPECIFIED;
  status::Metadata metadata_;
  HouseholdJudgement judgement_;
};

}  // namespace

HouseholdJudgement JudgeHousehold(const ImportedHousehold& household) { return Judging(household).Judge(); }

}  // namespace bangfu::registration::domain
