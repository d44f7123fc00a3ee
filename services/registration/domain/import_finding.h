// What an import finds wrong or odd, and how it is told to people. Pure and thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_FINDING_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_FINDING_H_

#include <cstdint>
#include <string>

#include "bangfu/registration/v1/reason.pb.h"
#include "bangfu/registration/v1/register_import.pb.h"
#include "common/status/refusal.h"
#include "services/registration/domain/import_table.h"

namespace bangfu::registration::domain {

struct Finding {
  int64_t row = 0;
  std::string column;  // AAC007; empty if the row as a whole is meant
  v1::FindingReason reason = v1::FINDING_REASON_UNSPECIFIED;
  status::Metadata metadata;  // fills the placeholders of the reason's text; never personal data
};

// Whether a row with such a finding is not taken.
bool IsError(v1::FindingReason reason);

// The finding with its texts in Chinese.
v1::ImportFinding Describe(Table table, const Finding& finding);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_FINDING_H_
