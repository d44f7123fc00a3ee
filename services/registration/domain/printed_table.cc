#include "services/registration/domain/printed_table.h"

#include <algorithm>
#include <array>
#include <utility>

namespace bangfu::registration::domain {
namespace {

constexpr char kSeparator[] = " | ";

// Unicode 15 East Asian Width W and F, where written Chinese, Mongolian names and forms need it.
constexpr std::array<std::pair<char32_t, char32_t>, 9> kWide = {{{0x1100, 0x115F},
                                                                 {0x2E80, 0x303E},
                                                                 {0x3041, 0x33FF},
                                                                 {0x3400, 0x4DBF},
                                                                 {0x4E00, 0x9FFF},
                                                                 {0xAC00, 0xD7A3},
                                                                 {0xF900, 0xFAFF},
                                                                 {0xFE30, 0xFE6F},
                                                                 {0xFF01, 0xFF60}}};

size_t WidthOf(char32_t point) {
  if ((point >= 0x0300 && point <= 0x036F) || (point >= 0x200B && point <= 0x200F) || point == 0xFEFF) return 0;
  if (point >= 0x20000 && point <= 0x3FFFD) return 2;
  for (const auto& [first, last] : kWide) {
    if (point >= first && point <= last) return 2;
  }
  return 1;
}

}  // namespace

size_t PrintedWidth(absl::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t size = std::min<size_t>(lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4, text.size() - i);
    char32_t point = size == 1 ? lead : lead & (0xFFu >> (size + 1));
    for (size_t j = 1; j < size; ++j) point = (point << 6) | (static_cast<unsigned char>(text[i + j]) & 0x3Fu);
    width += WidthOf(point);
    i += size;
  }
  return width;
}

void ColumnWidths::Take(const std::vector<std::string>& cells) {
  if (widths_.size() < cells.size()) widths_.resize(cells.size());
  for (size_t i = 0; i < cells.size(); ++i) widths_[i] = std::max(widths_[i], PrintedWidth(cells[i]));
}

std::string ColumnWidths::Line(const std::vector<std::string>& cells) const {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += kSeparator;
    line += cells[i];
    const size_t width = PrintedWidth(cells[i]);
    // Nothing stands behind the last column.
    if (i + 1 < cells.size() && i < widths_.size() && width < widths_[i]) line.append(widths_[i] - width, ' ');
  }
  return line + "\n";
}

std::string ColumnWidths::Rule() const {
  std::string line;
  for (size_t i = 0; i < widths_.size(); ++i) {
    if (i > 0) line += "-+-";
    line.append(widths_[i], '-');
  }
  return line + "\n";
}

}  // namespace bangfu::registration::domain
