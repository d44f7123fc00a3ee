#include "deploy/demo/register_files.h"

#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/macros.h"
#include "deploy/demo/mistakes.h"
#include "deploy/demo/register_rows.h"

namespace bangfu::demo {
namespace {

template <size_t N>
absl::StatusOr<CsvFile> CreateWithHeader(const std::string& path, Encoding encoding,
                                         const std::array<absl::string_view, N>& header) {
  ASSIGN_OR_RETURN(CsvFile file, CsvFile::Create(path, encoding));
  file.Write(header.data(), header.size());
  return file;
}

struct RegisterFiles {
  CsvFile ac01;
  CsvFile ab01;
  CsvFile ac07;
  CsvFile ac30;
};

absl::StatusOr<RegisterFiles> CreateFiles(const RegisterFilesOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error) return absl::ErrnoToStatus(error.value(), absl::StrCat("无法创建 ", options.folder));
  const auto path = [&](Table table) { return absl::StrCat(options.folder, "/", FileNameOf(table)); };
  ASSIGN_OR_RETURN(CsvFile ac01, CreateWithHeader(path(Table::kAc01), options.encoding, ac01::kHeader));
  ASSIGN_OR_RETURN(CsvFile ab01, CreateWithHeader(path(Table::kAb01), options.encoding, ab01::kHeader));
  ASSIGN_OR_RETURN(CsvFile ac07, CreateWithHeader(path(Table::kAc07), options.encoding, ac07::kHeader));
  ASSIGN_OR_RETURN(CsvFile ac30, CreateWithHeader(path(Table::kAc30), options.encoding, ac30::kHeader));
  return RegisterFiles{std::move(ac01), std::move(ab01), std::move(ac07), std::move(ac30)};
}

absl::StatusOr<std::optional<CsvFile>> CreateTruth(const std::string& path) {
  constexpr std::array<absl::string_view, 5> kHeader = {"file", "row", "column", "kind", "severity"};
  if (path.empty()) return std::optional<CsvFile>();
  ASSIGN_OR_RETURN(CsvFile file, CreateWithHeader(path, Encoding::kUtf8Bom, kHeader));
  return std::optional<CsvFile>(std::move(file));
}

void WriteRows(const RegisterRows& rows, RegisterFiles& files) {
  files.ac01.Write(rows.household.data(), rows.household.size());
  for (int i = 0; i < rows.size; ++i) files.ab01.Write(rows.persons[i].data(), rows.persons[i].size());
  files.ac07.Write(rows.income.data(), rows.income.size());
  files.ac30.Write(rows.living.data(), rows.living.size());
}

void WriteTruth(const std::vector<Mistake>& mistakes, CsvFile& file) {
  for (const Mistake& mistake : mistakes) {
    const std::string row_number = absl::StrCat(mistake.row);
    const std::array<absl::string_view, 5> cells = {FileNameOf(mistake.table), row_number, mistake.column, mistake.kind,
                                                    mistake.severity == Severity::kError ? "error" : "warning"};
    file.Write(cells.data(), cells.size());
  }
}

absl::Status CloseAll(RegisterFiles& files, std::optional<CsvFile>& truth) {
  absl::Status status = files.ac01.Close();
  status.Update(files.ab01.Close());
  status.Update(files.ac07.Close());
  status.Update(files.ac30.Close());
  if (truth.has_value()) status.Update(truth->Close());
  return status;
}

}  // namespace

absl::StatusOr<RegisterCounts> WriteRegister(Population& population, const RegisterFilesOptions& options) {
  if (options.wrong_permille < 0 || options.wrong_permille > Mistakes::kMaxPermille) {
    return absl::InvalidArgumentError(absl::StrCat("写错的行最多占千分之 ", Mistakes::kMaxPermille));
  }
  ASSIGN_OR_RETURN(RegisterFiles files, CreateFiles(options));
  ASSIGN_OR_RETURN(std::optional<CsvFile> truth, CreateTruth(options.truth_path));
  Mistakes mistakes(options.wrong_permille, options.faults);
  RegisterCounts counts;
  Household household;
  RegisterRows rows;
  while (population.Next(&household)) {
    FillRows(household, &rows);
    const RowNumbers numbers = {files.ac01.next_row(), files.ab01.next_row(), files.ac07.next_row(),
                                files.ac30.next_row()};
    const std::vector<Mistake>& made = mistakes.Spoil(household, numbers, &rows);
    WriteRows(rows, files);
    if (truth.has_value()) WriteTruth(made, *truth);
    ++counts.households;
    counts.persons += household.size;
    counts.mistakes += static_cast<int64_t>(made.size());
  }
  RETURN_IF_ERROR(CloseAll(files, truth));
  return counts;
}

}  // namespace bangfu::demo
