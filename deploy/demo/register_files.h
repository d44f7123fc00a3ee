// Writes a population as the four files of the national register: AC01.csv, AB01.csv, AC07.csv and AC30.csv.
#ifndef BANGFU_DEPLOY_DEMO_REGISTER_FILES_H_
#define BANGFU_DEPLOY_DEMO_REGISTER_FILES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "deploy/demo/csv_file.h"
#include "deploy/demo/mistakes.h"
#include "deploy/demo/population.h"

namespace bangfu::demo {

struct RegisterFilesOptions {
  std::string folder;  // Made if absent.
  Encoding encoding = Encoding::kUtf8Bom;
  int wrong_permille = 0;  // 0 to Mistakes::kMaxPermille.
  Faults faults = Faults::kOfFiles;
  std::string truth_path;  // Empty: not written. UTF-8 with BOM; columns file, row, column, kind, severity.
};

// What was written, header rows not counted.
struct RegisterCounts {
  int64_t households = 0;
  int64_t persons = 0;
  int64_t mistakes = 0;  // Lines of the truth file.

  int64_t Rows() const { return 3 * households + persons; }
};

// Writes all households that are left in the population. INVALID_ARGUMENT if the share of wrong rows is out of range,
// else the errors of the file system.
absl::StatusOr<RegisterCounts> WriteRegister(Population& population, const RegisterFilesOptions& options);

}  // namespace bangfu::demo

#endif  // BANGFU_DEPLOY_DEMO_REGISTER_FILES_H_
