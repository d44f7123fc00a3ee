// The yearly collection of incomes and living conditions (年度信息采集). Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_COLLECTION_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_COLLECTION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/registration/v1/collection_service.pb.h"
#include "bangfu/registration/v1/collection_window.pb.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "common/status/refusal.h"
#include "google/protobuf/field_mask.pb.h"

namespace bangfu::registration::domain {

// Spans are days of a year, in order, and one of them allows changes. Paths are relative to the window.
std::vector<status::FieldError> CheckCollectionWindow(const v1::CollectionWindow& window);

// The day whose rules apply to the collection year: 1 October behind its end, when the field work begins.
absl::CivilDay CollectionDayOf(int year);

// The last day on which reports of the year may be changed.
std::string LastDayOf(const v1::CollectionWindow& window, int year);

// Whether they may be changed on the day. `window` is nothing where no rule says when; `reopened_until` is the last day
// for which a reviewer reopened the household, empty if none did.
bool IsOpen(const std::optional<v1::CollectionWindow>& window, int year, absl::string_view reopened_until,
            absl::string_view today);

// COLLECTION_CLOSED unless they may.
absl::Status CheckOpen(const std::optional<v1::CollectionWindow>& window, int year, absl::string_view reopened_until,
                       absl::string_view today);

// A household is reopened for a time that is not over and not longer than 31 days. INVALID_FIELD, COLLECTION_OPEN.
absl::Status CheckReopening(const std::optional<v1::CollectionWindow>& window, const v1::ReopenCollectionRequest& given,
                            absl::string_view reopened_until, absl::string_view today);

// What a household has of a year.
v1::CollectionStatus StatusOf(bool income, bool living_condition);

// The newest of `reports`, newest first, that is not later than `year`; null if there is none.
template <typename Report>
const Report* LatestUpTo(const std::vector<Report>& reports, int year) {
  for (const Report& report : reports) {
    if (report.year() <= year) return &report;
  }
  return nullptr;
}

// The report of `year` that is as `known`, the newest up to that year, but for the changes that `mask` names, or that
// are present without one. Transfer income follows its parts unless it is changed itself. COLLECTION_NOTHING_KNOWN,
// COLLECTION_RECORDED, INVALID_UPDATE_MASK, INCOME_PARTS_DISAGREE; INVALID_FIELD if the changes are for another year.
absl::StatusOr<v1::Income> ConfirmIncome(const v1::Income* known, const v1::Income* changes,
                                         const google::protobuf::FieldMask& mask, int year, int32_t member_count);
absl::StatusOr<v1::LivingCondition> ConfirmLivingCondition(const v1::LivingCondition* known,
                                                           const v1::LivingCondition* changes,
                                                           const google::protobuf::FieldMask& mask, int year);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_COLLECTION_H_
