#include "services/registration/domain/split_guard.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "bangfu/registration/v1/management_reason.pb.h"
#include "common/standards/date.h"

namespace bangfu::registration::domain {
namespace {

using status::FieldError;

constexpr char kWarned[] = "WARNED", kRefused[] = "REFUSED";

// The first day of the guard: so many months before, on the same day of the month or on the last that there is.
std::string GuardFrom(const v1::SplitGuard& guard, const v1::SplitGuard::Campaign& campaign) {
  const absl::CivilDay first = *standards::ParseDate(campaign.first_day());
  const absl::CivilMonth month = absl::CivilMonth(first) - guard.months_before();
  const absl::CivilDay last_of_month = absl::CivilDay(month + 1) - 1;
  return standards::FormatDate(
      std::min(absl::CivilDay(month.year(), month.month(), 1) + (first.day() - 1), last_of_month));
}

bool Has(const google::protobuf::RepeatedPtrField<std::string>& codes, const std::string& code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

bool IsAllowed(const v1::SplitGuardInputs& inputs, const v1::SplitGuard& guard) {
  return inputs.split_reason().empty() ? Has(guard.allowed_join_reasons(), inputs.join_reason())
                                       : Has(guard.allowed_split_reasons(), inputs.split_reason());
}

void Tell(const char* code, const char* label, bool met, const std::string& found, const std::string& asked,
          policy::v1::RuleOutcome* outcome) {
  auto* reason = outcome->add_reasons();
  reason->set_code(code);
  reason->set_label(label);
  reason->set_met(met);
  reason->set_found(found);
  reason->set_asked(asked);
}

}  // namespace

std::vector<FieldError> CheckSplitGuard(const v1::SplitGuard& guard) {
  std::vector<FieldError> errors;
  for (int i = 0; i < guard.campaigns_size(); ++i) {
    const auto& campaign = guard.campaigns(i);
    const std::string path = absl::StrCat("campaigns[", i, "].");
    if (campaign.last_day() < campaign.first_day()) errors.push_back({path + "last_day", "结束日期: 不能早于开始日期"});
    for (int j = 0; j < i; ++j) {
      const auto& other = guard.campaigns(j);
      const bool apart = other.last_day() < campaign.first_day() || campaign.last_day() < other.first_day();
      if (!apart) errors.push_back({path + "first_day", absl::StrCat("开始日期: 与“", other.name(), "”重叠")});
    }
  }
  return errors;
}

const v1::SplitGuard::Campaign* CampaignNear(const v1::SplitGuard& guard, const std::string& date) {
  for (const auto& campaign : guard.campaigns()) {
    if (GuardFrom(guard, campaign) <= date && date <= campaign.last_day()) return &campaign;
  }
  return nullptr;
}

policy::v1::RuleOutcome JudgeSplit(const v1::SplitGuardInputs& inputs, const v1::SplitGuard& guard) {
  policy::v1::RuleOutcome outcome;
  const auto* campaign = CampaignNear(guard, inputs.date());
  const bool allowed = IsAllowed(inputs, guard);
  Tell("NO_CAMPAIGN_NEAR", "不临近识别工作", campaign == nullptr,
       campaign == nullptr ? "无"
                           : absl::StrCat(campaign->name(), " ", campaign->first_day(), " 至 ", campaign->last_day()),
       guard.campaigns().empty() ? "未设管控规则"
                                 : absl::StrCat("识别工作开始前 ", guard.months_before(), " 个月起至结束"),
       &outcome);
  const std::string& reason = inputs.split_reason().empty() ? inputs.join_reason() : inputs.split_reason();
  Tell("REASON_ALLOWED", "属于允许的原因", allowed, reason, "允许的原因", &outcome);
  if (inputs.acknowledged()) Tell("WARNING_ACKNOWLEDGED", "已知悉提醒", true, "是", "提醒后确认", &outcome);
  const bool free = campaign == nullptr || allowed;
  const bool refused = guard.effect() == v1::SplitGuard::REFUSE;
  outcome.set_verdict(free ? kSplitFree : refused ? kRefused : kWarned);
  outcome.set_label(free ? "不受限" : refused ? "不予办理" : "提醒");
  return outcome;
}

absl::Status CheckGuarded(const v1::SplitGuardInputs& inputs, const v1::SplitGuard& guard,
                          const policy::v1::RuleOutcome& outcome) {
  if (outcome.verdict() == kSplitFree) return absl::OkStatus();
  const auto& campaign = *CampaignNear(guard, inputs.date());
  const status::Metadata facts = {{"campaign", campaign.name()}, {"first_day", campaign.first_day()}};
  const bool split = !inputs.split_reason().empty();
  if (outcome.verdict() == kRefused) return status::Refuse(split ? v1::SPLIT_REFUSED : v1::MOVE_IN_REFUSED, facts);
  return split && !inputs.acknowledged() ? status::Refuse(v1::SPLIT_WARNED, facts) : absl::OkStatus();
}

}  // namespace bangfu::registration::domain
