#include "services/registration/domain/match_row.h"

#include <cstdlib>
#include <utility>
#include <variant>

#include "absl/strings/str_join.h"
#include "common/standards/date.h"
#include "common/standards/hundredths.h"
#include "common/standards/identity_number.h"
#include "common/status/refusal.h"
#include "services/registration/domain/import_cell.h"

namespace bangfu::registration::domain {
namespace {

using v1::MatchList;

constexpr MatchSchema kSchemas[] = {
    {MatchList::VEHICLES, "MATCH_VEHICLE", "车辆类型", "购置价格", "登记日期", false, false},
    {MatchList::PROPERTY, "MATCH_PROPERTY", "房屋类型", "成交价格", "登记日期", false, false},
    {MatchList::COMPANIES, "MATCH_COMPANY_ROLE", "任职类型", "注册资本", "登记日期", false, false},
    {MatchList::PAYROLL, "MATCH_POST", "岗位类型", "月工资", "入职日期", false, false},
    {MatchList::DEATHS, "", "", "", "死亡日期", false, true},
    {MatchList::SCHOOL_ROLL, "MATCH_SCHOOL_STAGE", "学段", "", "入学日期", false, false},
    {MatchList::INSURANCE, "MATCH_INSURANCE", "险种", "", "参保至", false, false},
    {MatchList::BANK, "", "", "存款余额", "余额日期", true, false},
    {MatchList::MARRIAGES, "MATCH_MARRIAGE", "登记类型", "", "登记日期", false, false},
};

constexpr size_t kLongestShown = 60;  // bytes of a header

bool MayLieAhead(const MatchSchema& schema) { return schema.kind == MatchList::INSURANCE; }

}  // namespace

const MatchSchema& SchemaOf(MatchList::Kind kind) {
  for (const MatchSchema& schema : kSchemas) {
    if (schema.kind == kind) return schema;
  }
  std::abort();  // requests with another kind are refused before
}

TakenRow MatchRowReader::Read(int64_t number, const v1::MatchRow& row) const {
  TakenRow taken;
  taken.number = number;
  ReadIdentity(TrimCell(row.id_number()), &taken);
  ReadItem(TrimCell(row.item()), &taken);
  ReadValue(TrimCell(row.value()), &taken);
  ReadDate(TrimCell(row.date()), &taken);
  if (!taken.faults.empty()) taken.id_number.clear();
  return taken;
}

void MatchRowReader::ReadIdentity(absl::string_view text, TakenRow* row) const {
  const std::string label(kIdentityLabel);
  if (text.empty()) return row->faults.push_back({v1::MATCH_ROW_MISSING, label, ""});
  const auto parsed = standards::ParseIdentityNumber(text);
  if (const auto* fault = std::get_if<standards::IdentityFault>(&parsed)) {
    return row->faults.push_back({v1::MATCH_ROW_IDENTITY, label, std::string(standards::FaultText(*fault))});
  }
  row->id_number = std::get<standards::IdentityNumber>(parsed).number;
}

void MatchRowReader::ReadItem(absl::string_view text, TakenRow* row) const {
  if (*schema_.item_label == '\0') return;
  if (text.empty()) return row->faults.push_back({v1::MATCH_ROW_MISSING, schema_.item_label, ""});
  const auto found = codes_.find(text);
  if (found == codes_.end()) return row->faults.push_back({v1::MATCH_ROW_ITEM, schema_.item_label, ""});
  row->fact.set_item(found->second);
}

void MatchRowReader::ReadValue(absl::string_view text, TakenRow* row) const {
  if (*schema_.value_label == '\0') return;
  if (text.empty()) {
    if (schema_.value_required) row->faults.push_back({v1::MATCH_ROW_MISSING, schema_.value_label, ""});
    return;
  }
  const auto fen = standards::ParseHundredths(text);
  if (!fen || *fen < 0) return row->faults.push_back({v1::MATCH_ROW_VALUE, schema_.value_label, ""});
  row->fact.set_value_fen(*fen);
}

void MatchRowReader::ReadDate(absl::string_view text, TakenRow* row) const {
  if (text.empty()) {
    if (schema_.date_required) row->faults.push_back({v1::MATCH_ROW_MISSING, schema_.date_label, ""});
    return;
  }
  const auto day = standards::ParseWrittenDate(text);
  const std::string written = day ? standards::FormatDate(*day) : "";
  if (!day || (written > as_of_ && !MayLieAhead(schema_))) {
    return row->faults.push_back({v1::MATCH_ROW_DATE, schema_.date_label, ""});
  }
  row->fact.set_date(written);
}

absl::StatusOr<MatchHeader> MatchHeader::Read(MatchList::Kind kind, const CsvRow& header) {
  const MatchSchema& schema = SchemaOf(kind);
  MatchHeader plan;
  for (size_t i = 0; i < header.cells.size(); ++i) {
    const absl::string_view name = TrimCell(header.cells[i]);
    const auto is = [&](absl::string_view label) { return !label.empty() && name == label; };
    int* place = is(kIdentityLabel) || is("证件号码") || is("公民身份号码") ? &plan.identity_
                 : is(schema.item_label)                                    ? &plan.item_
                 : is(schema.value_label)                                   ? &plan.value_
                 : is(schema.date_label)                                    ? &plan.date_
                                                                            : nullptr;
    if (place == nullptr || *place >= 0) {
      if (!name.empty()) plan.ignored_.emplace_back(name.size() > kLongestShown ? "(过长的列名)" : name);
    } else {
      *place = static_cast<int>(i);
    }
  }
  std::vector<std::string> missing;
  if (plan.identity_ < 0) missing.emplace_back(kIdentityLabel);
  if (plan.item_ < 0 && *schema.item_label != '\0') missing.emplace_back(schema.item_label);
  if (plan.value_ < 0 && schema.value_required) missing.emplace_back(schema.value_label);
  if (plan.date_ < 0 && schema.date_required) missing.emplace_back(schema.date_label);
  if (missing.empty()) return plan;
  return status::Refuse(v1::MATCH_HEADER_UNKNOWN, {{"columns", absl::StrJoin(missing, "、")}});
}

v1::MatchRow MatchHeader::RowOf(const CsvRow& csv) const {
  const auto cell = [&](int place) {
    return place >= 0 && place < static_cast<int>(csv.cells.size()) ? std::string(csv.cells[place]) : std::string();
  };
  v1::MatchRow row;
  row.set_id_number(cell(identity_));
  row.set_item(cell(item_));
  row.set_value(cell(value_));
  row.set_date(cell(date_));
  return row;
}

}  // namespace bangfu::registration::domain
