// What the rules of entry leave to procedures: whether somebody may register a household as poor, or set that it is
// out, by hand.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_ENTRY_GATE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_ENTRY_GATE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "bangfu/registration/v1/entry_rules.pb.h"
#include "bangfu/registration/v1/household.pb.h"
#include "common/policy/library.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

// Where there are no rules, everything may be done by hand.
class EntryGate {
 public:
  // For one transaction: the rules are opened at first use. `policies` may be null.
  EntryGate(policy::Library* policies, db::Tx& tx) : policies_(policies), tx_(&tx) {}
  // For a job that keeps the rules it began with.
  explicit EntryGate(std::shared_ptr<const policy::Book> book) : book_(std::move(book)) {}

  // ENTRY_BY_PROCEDURE, EXIT_BY_PROCEDURE: in the area of that code, on the day (YYYY-MM-DD).
  absl::Status CheckEntry(int64_t area, const std::string& day);
  absl::Status CheckExit(int64_t area, const std::string& day);

  // The household as somebody wants to register it, or to change it, directly.
  absl::Status CheckCreation(const v1::Household& household, const std::string& day);
  absl::Status CheckChange(const v1::Household& before, const v1::Household& after, const std::string& day);

 private:
  const v1::EntryRules* Find(int64_t area, const std::string& day);

  policy::Library* policies_ = nullptr;
  db::Tx* tx_ = nullptr;
  std::shared_ptr<const policy::Book> book_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_ENTRY_GATE_H_
