#include "services/registration/domain/reconciliation.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/standards/hundredths.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

using Rules = v1::ReconciliationRules;

constexpr int64_t kWhole = 10'000;  // hundredths of a percent

enum class Form { kCode, kCount, kYuan, kYesNo };

Form FormOf(ReconciledField field) {
  switch (field) {
    case Rules::STANDARD:
    case Rules::ATTRIBUTE:
    case Rules::MAIN_CAUSE:
    case Rules::EXIT_FLAG: return Form::kCode;
    case Rules::NET_PER_CAPITA: return Form::kYuan;
    case Rules::DANGEROUS_HOUSE:
    case Rules::SAFE_WATER: return Form::kYesNo;
    default: return Form::kCount;
  }
}

std::optional<std::string> CanonicalYesNo(absl::string_view written) {
  if (written == "是" || written == "1") return "是";
  if (written == "否" || written == "0") return "否";
  return std::nullopt;
}

std::optional<std::string> CanonicalCount(absl::string_view written) {
  int count = 0;
  if (!absl::SimpleAtoi(written, &count) || count < 0) return std::nullopt;
  return absl::StrCat(count);
}

std::string Wrong(ReconciledField field) {
  static const std::map<Form, std::string> kForms = {{Form::kCode, "应为代码"},
                                                     {Form::kCount, "应为整数"},
                                                     {Form::kYuan, "应为元, 最多两位小数"},
                                                     {Form::kYesNo, "应为“是”或“否”"}};
  return absl::StrCat(LabelOf(field), ": ", kForms.at(FormOf(field)));
}

// Writes `text` canonically into `out`, or says that it is wrong under `path`.
void Take(ReconciledField field, const std::string& path, const std::string& text, std::string* out,
          std::vector<status::FieldError>* errors) {
  if (auto canonical = CanonicalValue(field, text)) {
    *out = *std::move(canonical);
  } else {
    errors->push_back({path, Wrong(field)});
  }
}

v1::ReconciliationTask TaskOf(const v1::ReconciliationValue& value, v1::ReconciliationTask::Place place) {
  v1::ReconciliationTask task;
  task.set_field(value.field());
  task.set_place(place);
  task.set_reality_value(value.reality_value());
  return task;
}

}  // namespace

std::vector<status::FieldError> CheckReconciliationRules(const Rules& rules) {
  const std::set<int> fields(rules.fields().begin(), rules.fields().end());
  if (fields.count(0) == 0 && static_cast<int>(fields.size()) == rules.fields_size()) return {};
  return {{"fields", "核对项目: 不能重复或为空"}};
}

int SampleSize(const Rules& rules, int population) {
  const int64_t share = (population * int64_t{rules.share_hundredths()} + kWhole - 1) / kWhole;
  return static_cast<int>(std::min<int64_t>(population, std::max<int64_t>(share, rules.least_per_village())));
}

absl::string_view DictionaryOf(ReconciledField field) {
  switch (field) {
    case Rules::STANDARD: return "AAC005";
    case Rules::ATTRIBUTE: return "AAC006";
    case Rules::MAIN_CAUSE: return "AAC007";
    case Rules::EXIT_FLAG: return "AAR010";
    default: return "";
  }
}

std::optional<std::string> CanonicalValue(ReconciledField field, absl::string_view written) {
  written = absl::StripAsciiWhitespace(written);
  if (written.empty()) return "";
  switch (FormOf(field)) {
    case Form::kCode: return std::string(written);
    case Form::kCount: return CanonicalCount(written);
    case Form::kYesNo: return CanonicalYesNo(written);
    case Form::kYuan: break;
  }
  const auto fen = standards::ParseHundredths(written);
  if (!fen) return std::nullopt;
  return standards::FormatHundredths(*fen);
}

bool IsSame(ReconciledField field, absl::string_view a, absl::string_view b, int64_t tolerance_fen) {
  if (a == b) return true;
  if (FormOf(field) != Form::kYuan || a.empty() || b.empty()) return false;
  const auto first = standards::ParseHundredths(a), second = standards::ParseHundredths(b);
  return first && second && std::abs(*first - *second) <= tolerance_fen;
}

absl::StatusOr<std::vector<v1::ReconciliationValue>> Enter(const std::vector<v1::ReconciliationValue>& values,
                                                           const std::vector<v1::ReconciliationValue>& entered,
                                                           int64_t tolerance_fen) {
  std::vector<status::FieldError> errors;
  std::map<int, size_t> places;
  for (size_t i = 0; i < entered.size(); ++i) {
    if (!places.emplace(entered[i].field(), i).second) {
      errors.push_back({absl::StrCat("values[", i, "].field"), absl::StrCat(LabelOf(entered[i].field()), ": 重复")});
    }
  }
  std::vector<v1::ReconciliationValue> filled = values;
  for (v1::ReconciliationValue& value : filled) {
    const auto found = places.find(value.field());
    if (found == places.end()) {
      errors.push_back({"values", absl::StrCat(LabelOf(value.field()), ": 未填写")});
      continue;
    }
    const v1::ReconciliationValue& given = entered[found->second];
    const std::string path = absl::StrCat("values[", found->second, "].");
    Take(value.field(), path + "paper_value", given.paper_value(), value.mutable_paper_value(), &errors);
    Take(value.field(), path + "reality_value", given.reality_value(), value.mutable_reality_value(), &errors);
    value.set_agrees(IsSame(value.field(), value.system_value(), value.reality_value(), tolerance_fen) &&
                     IsSame(value.field(), value.paper_value(), value.reality_value(), tolerance_fen));
    places.erase(found);
  }
  for (const auto& [field, place] : places) {
    errors.push_back({absl::StrCat("values[", place, "].field"), "核对项目: 不在本次核对范围"});
  }
  if (!errors.empty()) return status::RefuseFields(errors);
  return filled;
}

std::vector<v1::ReconciliationTask> TasksOf(const std::vector<v1::ReconciliationValue>& values, int64_t tolerance_fen) {
  std::vector<v1::ReconciliationTask> tasks;
  for (const v1::ReconciliationValue& value : values) {
    if (!IsSame(value.field(), value.system_value(), value.reality_value(), tolerance_fen)) {
      tasks.push_back(TaskOf(value, v1::ReconciliationTask::SYSTEM));
    }
    if (!IsSame(value.field(), value.paper_value(), value.reality_value(), tolerance_fen)) {
      tasks.push_back(TaskOf(value, v1::ReconciliationTask::PAPER));
    }
  }
  return tasks;
}

}  // namespace bangfu::registration::domain
