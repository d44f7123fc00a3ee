#include "services/registration/domain/roster.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "bangfu/procedure/v1/reason.pb.h"
#include "common/procedure/notice_scrub.h"
#include "common/status/refusal.h"
#include "services/registration/domain/export_cell.h"

namespace bangfu::registration::domain {

absl::Status Roster::Inspect(const std::vector<std::string>& cells) {
  ++inspected_;
  Measure(cells);
  // A tab ends a number: two cells are not one.
  const auto found = procedure::FindPersonalData(absl::StrJoin(cells, "\t"));
  if (!found) return absl::OkStatus();
  return status::Refuse(procedure::v1::NOTICE_HOLDS_PERSONAL_DATA,
                        {{"kind", found->kind}, {"line", absl::StrCat(inspected_)}});
}

std::string Roster::Beginning(const std::string& title) const {
  if (form_ == RosterForm::kCsv) return "\xEF\xBB\xBF";
  return title.empty() ? "" : title + "\n\n";
}

std::string Roster::Head(const std::vector<std::string>& cells) const {
  return form_ == RosterForm::kCsv ? Line(cells) : widths_.Line(cells) + widths_.Rule();
}

std::string Roster::Line(const std::vector<std::string>& cells) const {
  if (form_ == RosterForm::kAlignedText) return widths_.Line(cells);
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    AppendCsvText(cells[i], &line);
  }
  return line + "\r\n";
}

}  // namespace bangfu::registration::domain
