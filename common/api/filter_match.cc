#include "common/api/filter_match.h"

#include <cstdint>
#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/types/span.h"
#include "common/standards/area_code.h"

namespace bangfu::api {
namespace {

// SQL's three values: nothing is NULL.
using Truth = std::optional<bool>;

Truth And(const std::vector<Truth>& parts) {
  bool unknown = false;
  for (const Truth& part : parts) {
    if (part && !*part) return false;
    unknown |= !part;
  }
  return unknown ? Truth() : true;
}

Truth Or(const std::vector<Truth>& parts) {
  bool unknown = false;
  for (const Truth& part : parts) {
    if (part && *part) return true;
    unknown |= !part;
  }
  return unknown ? Truth() : false;
}

// -1, 0 or 1.
template <typename Value>
int Order(const Value& left, const Value& right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

bool Holds(Comparison comparison, int order) {
  switch (comparison) {
    case Comparison::kEqual: return order == 0;
    case Comparison::kNotEqual: return order != 0;
    case Comparison::kLess: return order < 0;
    case Comparison::kLessOrEqual: return order <= 0;
    case Comparison::kGreater: return order > 0;
    case Comparison::kGreaterOrEqual: return order >= 0;
    case Comparison::kHas: return false;
  }
  return false;
}

int64_t NumberOf(const std::string& text) {
  int64_t number = 0;
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

bool AsksForAbsence(const Column& column, const Filter& term) {
  const bool equality = term.comparison == Comparison::kEqual || term.comparison == Comparison::kNotEqual;
  return equality && (column.type == Column::kText || column.type == Column::kDate) && term.value.text.empty();
}

// The value of a term that is compared as a number.
int64_t NumberOf(const Column& column, const FilterValue& value) {
  if (column.type == Column::kEnumeration) return column.values->FindValueByName(value.text)->number();
  if (column.type == Column::kArea) return standards::ParseAreaCode(value.text).value_or(0);
  return NumberOf(value.text);
}

Truth Compare(const Column& column, const Filter& term, const std::optional<std::string>& cell) {
  if (AsksForAbsence(column, term)) return (!cell || cell->empty()) == (term.comparison == Comparison::kEqual);
  if (!cell) return term.comparison == Comparison::kNotEqual ? Truth(true) : Truth();
  switch (column.type) {
    case Column::kText:
      if (term.comparison == Comparison::kHas) return absl::StartsWith(*cell, term.value.text);
      return Holds(term.comparison, Order(*cell, term.value.text));
    case Column::kDate:
    case Column::kBoolean: return Holds(term.comparison, Order(*cell, term.value.text));
    case Column::kArea:
      if (term.comparison == Comparison::kHas) {
        const int64_t area = NumberOf(column, term.value);
        return NumberOf(*cell) >= area && NumberOf(*cell) < standards::RangeEndOf(area);
      }
      [[fallthrough]];
    default: return Holds(term.comparison, Order(NumberOf(*cell), NumberOf(column, term.value)));
  }
}

class Matcher {
 public:
  Matcher(const ColumnMap& columns, FilterCells cells, bool elsewhere_exists)
      : columns_(columns), cells_(cells), elsewhere_exists_(elsewhere_exists) {}

  Truth Match(const Filter& filter) const {
    switch (filter.kind) {
      case Filter::Kind::kEverything: return true;
      case Filter::Kind::kAnd: return Join(filter.parts, And);
      case Filter::Kind::kOr: return Join(filter.parts, Or);
      case Filter::Kind::kTerm: return Join({&filter, 1}, And);
      case Filter::Kind::kNot: break;
    }
    return !Match(filter.parts[0]).value_or(false);
  }

 private:
  // Terms on another table are one question to it, which is answered by yes or no.
  Truth Join(absl::Span<const Filter> filters, Truth (*join)(const std::vector<Truth>&)) const {
    std::vector<Truth> parts;
    std::map<std::string, std::vector<Truth>> elsewhere;
    for (const Filter& filter : filters) {
      if (filter.kind != Filter::Kind::kTerm) {
        parts.push_back(Match(filter));
        continue;
      }
      const auto& [name, column] = *Find(filter.field);
      (column.elsewhere.empty() ? parts : elsewhere[column.elsewhere]).push_back(Compare(column, filter, cells_(name)));
    }
    for (const auto& [table, terms] : elsewhere) parts.push_back(elsewhere_exists_ && join(terms).value_or(false));
    return join(parts);
  }

  // Also by the name that JSON knows a field by.
  ColumnMap::const_iterator Find(const std::string& field) const {
    const auto found = columns_.find(field);
    if (found != columns_.end()) return found;
    std::string snake;
    for (const char c : field) {
      if (absl::ascii_isupper(c)) snake += '_';
      snake += absl::ascii_tolower(c);
    }
    return columns_.find(snake);
  }

  const ColumnMap& columns_;
  const FilterCells cells_;
  const bool elsewhere_exists_;
};

}  // namespace

bool Matches(const Filter& filter, const ColumnMap& columns, FilterCells cells, bool elsewhere_exists) {
  return Matcher(columns, cells, elsewhere_exists).Match(filter).value_or(false);
}

}  // namespace bangfu::api
