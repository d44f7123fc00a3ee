#include "services/registration/domain/poverty_area.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/exit_reason.pb.h"
#include "common/standards/area_code.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

using status::Refuse;
using Area = v1::PovertyArea;

absl::Status CheckPovertyArea(const Area& area, absl::string_view today) {
  const int level = standards::LevelOf(standards::ParseAreaCode(area.area()).value_or(0));
  if (level != standards::kVillageLevel && level != standards::kCountyLevel) {
    return Refuse(v1::AREA_LEVEL_WITHOUT_POVERTY, {{"area", area.area()}});
  }
  std::vector<status::FieldError> errors;
  if ((area.state() == Area::EXITED) == area.exit_date().empty()) {
    errors.push_back({"status.exit_date", "退出日期: 已退出的应填写, 未退出的不填"});
  }
  if (!area.exit_date().empty() && area.exit_date() < area.designate_date()) {
    errors.push_back({"status.exit_date", "退出日期: 不能早于列入日期"});
  }
  if (area.exit_date() > today) errors.push_back({"status.exit_date", "退出日期: 不能晚于今天"});
  if (area.designate_date() > today) errors.push_back({"status.designate_date", "列入日期: 不能晚于今天"});
  return errors.empty() ? absl::OkStatus() : status::RefuseFields(errors);
}

absl::Status CheckEnteredByHand(const Area& before, const Area& given, absl::string_view today) {
  const bool comes_off = before.state() == Area::POOR && given.state() != Area::POOR;
  const bool stands = before.state() == Area::EXITED && given.exit_date() == before.exit_date();
  const bool is_dated = before.state() == Area::EXITED && !before.procedure_id().empty();
  const bool is_exit = given.state() == Area::EXITED && !stands;
  if (!comes_off && !(is_exit && (is_dated || given.exit_date() >= today))) return absl::OkStatus();
  return Refuse(v1::AREA_EXIT_BY_PROCEDURE, {{"area", given.area()}});
}

absl::Status CheckPoor(absl::string_view code, const Area* area) {
  if (area != nullptr && area->state() == Area::POOR) return absl::OkStatus();
  return Refuse(v1::AREA_NOT_POOR, {{"area", std::string(code)}});
}

Area Exit(Area area, absl::string_view today, absl::string_view procedure_id) {
  area.set_state(Area::EXITED);
  area.set_exit_date(std::string(today));
  area.set_procedure_id(std::string(procedure_id));
  return area;
}

absl::Status CheckVillageProfile(const v1::VillageProfile& profile) {
  std::vector<status::FieldError> errors;
  std::set<int> items, shares;
  for (int i = 0; i < profile.statements_size(); ++i) {
    const auto item = profile.statements(i).item();
    const std::string path = absl::StrCat("profile.statements[", i, "].item");
    if (!items.insert(item).second) errors.push_back({path, "条件: 重复"});
    if (item == v1::ExitCondition::INCOME_OVER_LINE) errors.push_back({path, "条件: 不是村的条件"});
  }
  for (int i = 0; i < profile.figures_size(); ++i) {
    const v1::ExitFigure& figure = profile.figures(i);
    const std::string path = absl::StrCat("profile.figures[", i, "]");
    if (!shares.insert(figure.item()).second) errors.push_back({absl::StrCat(path, ".item"), "指标: 重复"});
    if (figure.count() > figure.total() && figure.item() != v1::ExitShare::INCOME_RATIO) {
      errors.push_back({absl::StrCat(path, ".count"), "数量: 大于总数"});
    }
  }
  int64_t households = 0;
  std::set<std::string> names;
  for (int i = 0; i < profile.hamlets_size(); ++i) {
    households += profile.hamlets(i).household_count();
    if (!names.insert(profile.hamlets(i).name()).second) {
      errors.push_back({absl::StrCat("profile.hamlets[", i, "].name"), "名称: 重复"});
    }
  }
  if (profile.household_count() > 0 && households > profile.household_count()) {
    errors.push_back({"profile.household_count", absl::StrCat("户数: 少于各自然屯合计 ", households)});
  }
  return errors.empty() ? absl::OkStatus() : status::RefuseFields(errors);
}

void AddProfile(const v1::VillageProfile& profile, v1::AreaExitInputs* inputs) {
  if (inputs->rural_population() == 0) inputs->set_rural_population(profile.rural_population());
  std::set<int> stated, counted;
  for (const auto& statement : inputs->statements()) stated.insert(statement.item());
  for (const auto& figure : inputs->figures()) counted.insert(figure.item());
  for (const auto& statement : profile.statements()) {
    if (stated.insert(statement.item()).second) *inputs->add_statements() = statement;
  }
  for (const auto& figure : profile.figures()) {
    if (counted.insert(figure.item()).second) *inputs->add_figures() = figure;
  }
  if (inputs->hamlets().empty()) *inputs->mutable_hamlets() = profile.hamlets();
}

absl::Status CheckCountyFigures(const google::protobuf::RepeatedPtrField<v1::ExitFigure>& figures) {
  for (int i = 0; i < figures.size(); ++i) {
    if (figures[i].item() != v1::ExitShare::VILLAGES_OUT) continue;
    return status::RefuseFields(
        {{absl::StrCat("figures[", i, "].item"), "指标: 贫困村退出比例由系统按贫困村名单计算, 请不要填报"}});
  }
  return absl::OkStatus();
}

void AddVillagesOut(int64_t exited, int64_t total, v1::AreaExitInputs* inputs) {
  if (total == 0) return;
  v1::ExitFigure& figure = *inputs->add_figures();
  figure.set_item(v1::ExitShare::VILLAGES_OUT);
  figure.set_count(exited);
  figure.set_total(total);
  figure.set_rank(v1::ExitShare::COUNTY);
  figure.set_evidence("贫困村名单");
}

}  // namespace bangfu::registration::domain
