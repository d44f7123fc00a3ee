// No list leaves as a file with an identity number, a phone or an account in one of its cells; and what an inspected
// line looks like on paper holds none that its cells did not hold, although they stand side by side there.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/procedure/notice_scrub.h"
#include "common/standards/text.h"
#include "services/registration/domain/roster.h"

namespace {

using bangfu::registration::domain::Roster;
using bangfu::registration::domain::RosterForm;

constexpr size_t kHead = 20;

// A phone, an account or an identity number with digits of the input.
std::string NumberOf(absl::string_view head) {
  std::string digits;
  for (size_t i = 1; i < 18; ++i) digits += static_cast<char>('0' + static_cast<unsigned char>(head[i]) % 10);
  switch (static_cast<unsigned char>(head[0]) % 3) {
    case 0: return absl::StrCat("13", digits.substr(0, 9));
    case 1: return absl::StrCat("62", digits);
    default: return absl::StrCat("15052619700101", digits.substr(0, 4));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  if (size < kHead || !bangfu::standards::IsValidUtf8(input.substr(kHead))) return 0;
  // Cells of a list hold neither tabs nor line feeds.
  std::vector<std::string> cells = absl::StrSplit(input.substr(kHead), absl::ByAnyChar("\t\n"));
  Roster roster(RosterForm::kAlignedText);
  const bool shown = roster.Inspect(cells).ok();
  const std::string line = roster.Line(cells);
  if (shown && bangfu::procedure::FindPersonalData(line)) std::abort();
  cells[static_cast<unsigned char>(input[19]) % cells.size()] = absl::StrCat("联系", NumberOf(input), "。");
  for (const RosterForm form : {RosterForm::kAlignedText, RosterForm::kCsv}) {
    if (Roster(form).Inspect(cells).ok()) std::abort();
  }
  return 0;
}
