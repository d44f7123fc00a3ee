#include "services/registration/domain/exit_inputs.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

absl::Status CheckStatements(const google::protobuf::RepeatedPtrField<v1::ExitStatement>& statements) {
  std::vector<status::FieldError> errors;
  std::set<int> seen;
  for (int i = 0; i < statements.size(); ++i) {
    const std::string path = absl::StrCat("statements[", i, "].item");
    if (!seen.insert(statements[i].item()).second) errors.push_back({path, "条件: 重复"});
    if (statements[i].item() == v1::ExitCondition::INCOME_OVER_LINE) {
      errors.push_back({path, "条件: 收入以采集的年度收入为准, 不能以核实代替"});
    }
  }
  return errors.empty() ? absl::OkStatus() : status::RefuseFields(std::move(errors));
}

absl::Status CheckAreaInputs(const v1::AreaExitInputs& inputs) {
  std::vector<status::FieldError> errors;
  if (inputs.not_out_count() + inputs.exited_count() > inputs.rural_population()) {
    errors.push_back(
        {"rural_population", absl::StrCat("农村人口: 少于登记人数 ", inputs.not_out_count() + inputs.exited_count())});
  }
  std::set<int> seen;
  for (int i = 0; i < inputs.figures_size(); ++i) {
    const v1::ExitFigure& figure = inputs.figures(i);
    const std::string path = absl::StrCat("figures[", i, "]");
    if (!seen.insert(figure.item()).second) errors.push_back({absl::StrCat(path, ".item"), "指标: 重复"});
    // Farmers of one county may well earn more than those of the province do on average.
    if (figure.count() > figure.total() && figure.item() != v1::ExitShare::INCOME_RATIO) {
      errors.push_back({absl::StrCat(path, ".count"), "数量: 大于总数"});
    }
  }
  if (!errors.empty()) return status::RefuseFields(std::move(errors));
  return CheckStatements(inputs.statements());
}

}  // namespace bangfu::registration::domain
