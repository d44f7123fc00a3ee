#include "services/registration/domain/ledger.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/standards/hundredths.h"

namespace bangfu::registration::domain {
namespace {

constexpr char kNoSource[] = "尚无数据来源";
constexpr char kNotEntered[] = "未登记";

void Add(const std::string& label, const std::string& text, const std::string& missing, v1::LedgerEntry* entry) {
  v1::LedgerItem* item = entry->add_items();
  item->set_label(label);
  item->set_text(text);
  if (text.empty()) item->set_missing(missing);
}

std::string Labelled(const LabelOfCode& label, const std::string& dictionary, const std::string& code) {
  return code.empty() ? "" : label(dictionary, code);
}

void AddCauses(const v1::Household& household, const LabelOfCode& label, v1::LedgerEntry* entry) {
  std::vector<std::string> others;
  for (const std::string& cause : household.other_causes()) others.push_back(label("AAC008", cause));
  Add("贫困户属性", Labelled(label, "AAC006", household.attribute()), kNotEntered, entry);
  Add("识别标准", Labelled(label, "AAC005", household.standard()), kNotEntered, entry);
  Add("家庭人口", absl::StrCat(household.member_count(), "人"), kNotEntered, entry);
  Add("主要致贫原因", Labelled(label, "AAC007", household.main_cause()), kNotEntered, entry);
  Add("其他致贫原因", absl::StrJoin(others, "、"), kNotEntered, entry);
}

void AddResponsibility(const v1::Household& household, const LedgerFacts& facts, const LabelOfCode& label,
                       v1::LedgerEntry* entry) {
  std::vector<std::string> targets;
  for (const auto& [year, households] : facts.village_targets) {
    targets.push_back(absl::StrCat(year, "年 ", households, "户"));
  }
  Add("脱贫标志", Labelled(label, "AAR010", household.exit_flag()), kNotEntered, entry);
  Add("本村年度脱贫目标", absl::StrJoin(targets, "; "), "未录入本村的年度脱贫目标", entry);
  Add("帮扶责任人", "", kNoSource, entry);
  Add("帮扶单位", "", kNoSource, entry);
}

void AddEffect(const v1::Household& household, const LedgerFacts& facts, const LabelOfCode& label,
               v1::LedgerEntry* entry) {
  std::vector<std::string> incomes;
  for (const auto& [year, fen] : facts.incomes) {
    incomes.push_back(absl::StrCat(year, "年 ", standards::FormatHundredths(fen), "元"));
  }
  Add("帮扶措施", "", kNoSource, entry);
  Add("帮扶资金", "", kNoSource, entry);
  Add("历年人均纯收入", absl::StrJoin(incomes, "; "), "没有收入记录", entry);
  Add("脱贫标志", Labelled(label, "AAR010", household.exit_flag()), kNotEntered, entry);
  Add("脱贫年度", household.exit_year() == 0 ? "" : absl::StrCat(household.exit_year(), "年"), "未脱贫或未填年度",
      entry);
}

}  // namespace

v1::LedgerEntry MakeLedgerEntry(v1::LedgerEntry::Ledger ledger, const v1::Household& household,
                                const LedgerFacts& facts, const LabelOfCode& label) {
  v1::LedgerEntry entry;
  entry.set_household_id(household.household_id());
  entry.set_area(household.area());
  entry.set_head_name(household.head_name());
  switch (ledger) {
    case v1::LedgerEntry::CAUSES: AddCauses(household, label, &entry); break;
    case v1::LedgerEntry::RESPONSIBILITY: AddResponsibility(household, facts, label, &entry); break;
    default: AddEffect(household, facts, label, &entry);
  }
  return entry;
}

}  // namespace bangfu::registration::domain
