#include "services/registration/rpc/entry_gate.h"

#include "bangfu/registration/v1/reason.pb.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/refusal.h"

namespace bangfu::registration {

using status::Refuse;

const v1::EntryRules* EntryGate::Find(int64_t area, const std::string& day) {
  if (book_ == nullptr && policies_ != nullptr) book_ = policies_->Open(*tx_);
  if (book_ == nullptr) return nullptr;
  const policy::Question question{policy::KindOf(*v1::EntryRules::descriptor()).name(), area,
                                  *standards::ParseDate(day)};
  const policy::Rule* rule = book_->Find(question);
  return rule == nullptr ? nullptr : static_cast<const v1::EntryRules*>(rule->body.get());
}

absl::Status EntryGate::CheckEntry(int64_t area, const std::string& day) {
  const v1::EntryRules* rules = Find(area, day);
  if (rules == nullptr || !rules->entry_by_procedure()) return absl::OkStatus();
  return Refuse(v1::ENTRY_BY_PROCEDURE, {{"area", standards::FormatAreaCode(area)}});
}

absl::Status EntryGate::CheckExit(int64_t area, const std::string& day) {
  const v1::EntryRules* rules = Find(area, day);
  if (rules == nullptr || !rules->exit_by_procedure()) return absl::OkStatus();
  return Refuse(v1::EXIT_BY_PROCEDURE, {{"area", standards::FormatAreaCode(area)}});
}

absl::Status EntryGate::CheckCreation(const v1::Household& household, const std::string& day) {
  if (household.type() != v1::Household::REGISTERED) return absl::OkStatus();
  return CheckEntry(AreaNumber(household.area()), day);
}

absl::Status EntryGate::CheckChange(const v1::Household& before, const v1::Household& after, const std::string& day) {
  if (before.exit_flag() == after.exit_flag() && before.exit_year() == after.exit_year()) return absl::OkStatus();
  return CheckExit(AreaNumber(before.area()), day);
}

}  // namespace bangfu::registration
