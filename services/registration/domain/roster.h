// Lists and tables as files: text in aligned columns for paper, or CSV. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_ROSTER_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_ROSTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/registration/domain/printed_table.h"

namespace bangfu::registration::domain {

enum class RosterForm { kAlignedText, kCsv };

// Every line is looked at before the first is written, for its width and for what must not be shown.
class Roster {
 public:
  explicit Roster(RosterForm form) : form_(form) {}

  // Of figures and names of areas, which tell of nobody.
  void Measure(const std::vector<std::string>& cells) { widths_.Take(cells); }

  // Of what is told of persons. NOTICE_HOLDS_PERSONAL_DATA {kind, line} for what looks like an identity number, a phone
  // or an account; the line is that of the call, from 1.
  absl::Status Inspect(const std::vector<std::string>& cells);

  // What a file begins with: a title above aligned text, the byte order mark of CSV.
  std::string Beginning(const std::string& title) const;
  std::string Head(const std::vector<std::string>& cells) const;
  std::string Line(const std::vector<std::string>& cells) const;

 private:
  const RosterForm form_;
  ColumnWidths widths_;
  int64_t inspected_ = 0;
};

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_ROSTER_H_
