// Tables as text for paper: columns stand under each other where a Chinese character takes two places. Pure.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_PRINTED_TABLE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_PRINTED_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bangfu::registration::domain {

// Places that a text takes: two for East Asian wide and full-width characters, none for combining ones, else one.
size_t PrintedWidth(absl::string_view text);

// The widths of the columns of lines that it was shown.
class ColumnWidths {
 public:
  void Take(const std::vector<std::string>& cells);

  // The cells on one line, padded and separated by " | ", which ends with a line feed. Nothing is cut off.
  std::string Line(const std::vector<std::string>& cells) const;
  // A line of dashes under the head.
  std::string Rule() const;

 private:
  std::vector<size_t> widths_;
};

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_PRINTED_TABLE_H_
