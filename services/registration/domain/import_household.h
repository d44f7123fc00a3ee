// A household as it would stand after an import: its rows in the files together with what is registered and not in
// them. Pure and thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_HOUSEHOLD_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_HOUSEHOLD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/registration/domain/import_finding.h"
#include "services/registration/domain/import_table.h"

namespace bangfu::registration::domain {

struct ImportedMember {
  int64_t row = 0;     // of AB01; 0 if registered and not in the file
  bool wrong = false;  // the row is not taken
  std::string name, relation, birth_date, health, labour;
  std::optional<int> work_months;
};

// A row of AC07 or AC30.
struct ImportedReport {
  int64_t row = 0;
  bool wrong = false;
  int64_t wage_fen = 0, net_fen = 0;               // AC07 only
  std::optional<int64_t> declared_per_capita_fen;  // AC07 only
};

struct ImportedHousehold {
  int64_t row = 0;  // of AC01; 0 if registered and not in the file
  bool wrong = false;
  std::string main_cause;
  std::string declared_head;  // empty if not given
  std::optional<int> declared_members;
  std::vector<ImportedMember> members;
  std::vector<ImportedReport> incomes;
  std::vector<ImportedReport> livings;
};

struct HouseholdJudgement {
  // No row of the household is taken.
  bool refused = false;
  std::vector<std::pair<Table, Finding>> findings;
};

// Judges what always holds of a household (one head, at least one member) and what is odd about it. If it is refused,
// every row that was right so far has a finding that says why.
HouseholdJudgement JudgeHousehold(const ImportedHousehold& household);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_IMPORT_HOUSEHOLD_H_
