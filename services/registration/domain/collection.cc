#include "services/registration/domain/collection.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/management_reason.pb.h"
#include "common/api/field_mask.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "services/registration/domain/income.h"

namespace bangfu::registration::domain {
namespace {

using status::FieldError;
using status::Refuse;
using status::RefuseFields;

constexpr int kLongestReopening = 31;  // days
constexpr int kLeapYear = 2000;        // has all days that a year can have

absl::CivilDay DayIn(int year, int month_and_day) {
  return absl::CivilDay(year, month_and_day / 100, month_and_day % 100);
}

// Whether there is such a day: CivilDay turns 31 June into 1 July.
bool IsDay(int month_and_day) {
  const absl::CivilDay day = DayIn(kLeapYear, month_and_day);
  return day.month() * 100 + day.day() == month_and_day;
}

// Where the report of a year begins, as `known` and the changes say.
template <typename Report>
absl::StatusOr<Report> Begin(const Report* known, const Report* changes, int year, absl::string_view path,
                             const std::string& label) {
  const std::string year_text = absl::StrCat(year);
  if (changes != nullptr && changes->year() != year) {
    return RefuseFields({{absl::StrCat(path, ".year"), "年度: 应与采集年度一致"}});
  }
  if (known == nullptr) return Refuse(v1::COLLECTION_NOTHING_KNOWN, {{"year", year_text}, {"report", label}});
  if (known->year() == year) return Refuse(v1::COLLECTION_RECORDED, {{"year", year_text}, {"report", label}});
  Report report = *known;
  report.set_year(year);
  report.clear_etag();
  report.clear_update_time();
  return report;
}

}  // namespace

std::vector<FieldError> CheckCollectionWindow(const v1::CollectionWindow& window) {
  std::vector<FieldError> errors;
  bool changes_allowed = false;
  int last = 0;
  for (int i = 0; i < window.spans_size(); ++i) {
    const v1::CollectionWindow::Span& span = window.spans(i);
    const std::string path = absl::StrCat("spans[", i, "].");
    if (!IsDay(span.first_day())) errors.push_back({path + "first_day", "起始月日: 应为四位月日, 如 1001"});
    if (!IsDay(span.last_day())) errors.push_back({path + "last_day", "截止月日: 应为四位月日, 如 1120"});
    if (span.first_day() > span.last_day()) errors.push_back({path + "last_day", "截止月日: 不能早于起始月日"});
    if (span.first_day() < last) errors.push_back({path + "first_day", "起始月日: 阶段应按先后排列"});
    last = span.first_day();
    changes_allowed |= span.changes_allowed();
  }
  if (!changes_allowed) errors.push_back({"spans", "阶段: 至少一个阶段应允许修改"});
  return errors;
}

absl::CivilDay CollectionDayOf(int year) { return absl::CivilDay(year, 10, 1); }

std::string LastDayOf(const v1::CollectionWindow& window, int year) {
  int last = 0;
  for (const auto& span : window.spans()) {
    if (span.changes_allowed()) last = std::max(last, span.last_day());
  }
  return standards::FormatDate(DayIn(year, last));
}

bool IsOpen(const std::optional<v1::CollectionWindow>& window, int year, absl::string_view reopened_until,
            absl::string_view today) {
  return !window || today <= LastDayOf(*window, year) || today <= reopened_until;
}

absl::Status CheckOpen(const std::optional<v1::CollectionWindow>& window, int year, absl::string_view reopened_until,
                       absl::string_view today) {
  if (IsOpen(window, year, reopened_until, today)) return absl::OkStatus();
  return Refuse(v1::COLLECTION_CLOSED, {{"year", absl::StrCat(year)}, {"last_day", LastDayOf(*window, year)}});
}

absl::Status CheckReopening(const std::optional<v1::CollectionWindow>& window, const v1::ReopenCollectionRequest& given,
                            absl::string_view reopened_until, absl::string_view today) {
  const absl::CivilDay latest = *standards::ParseDate(today) + kLongestReopening;
  if (given.last_day() < today || given.last_day() > standards::FormatDate(latest)) {
    return RefuseFields({{"last_day", absl::StrCat("开放至: 应在今天至 ", standards::FormatDate(latest), " 之间")}});
  }
  if (!IsOpen(window, given.year(), reopened_until, today)) return absl::OkStatus();
  return Refuse(v1::COLLECTION_OPEN, {{"year", absl::StrCat(given.year())}});
}

v1::CollectionStatus StatusOf(bool income, bool living_condition) {
  if (income && living_condition) return v1::COLLECTION_DONE;
  return income || living_condition ? v1::COLLECTION_PENDING : v1::COLLECTION_NOT_BEGUN;
}

absl::StatusOr<v1::Income> ConfirmIncome(const v1::Income* known, const v1::Income* changes,
                                         const google::protobuf::FieldMask& mask, int year, int32_t member_count) {
  ASSIGN_OR_RETURN(v1::Income income, Begin(known, changes, year, "income", "收入"));
  if (changes != nullptr) {
    ASSIGN_OR_RETURN(const auto changed, api::ApplyUpdate(mask, *changes, &income));
    const bool given = std::find(changed.begin(), changed.end(), "transfer_fen") != changed.end();
    if (!given) income.clear_transfer_fen();
  }
  return ComputeNet(std::move(income), member_count);
}

absl::StatusOr<v1::LivingCondition> ConfirmLivingCondition(const v1::LivingCondition* known,
                                                           const v1::LivingCondition* changes,
                                                           const google::protobuf::FieldMask& mask, int year) {
  ASSIGN_OR_RETURN(v1::LivingCondition living, Begin(known, changes, year, "living_condition", "生产生活条件"));
  if (changes != nullptr) RETURN_IF_ERROR(api::ApplyUpdate(mask, *changes, &living).status());
  return living;
}

}  // namespace bangfu::registration::domain
