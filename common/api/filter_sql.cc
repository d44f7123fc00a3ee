// The second half of filter.h: from parsed filters and sort orders to SQL.
#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "common/api/annotations.h"
#include "common/api/filter.h"
#include "common/api/place.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::api {
namespace {

constexpr size_t kLongestName = 64;

absl::Status Refuse(const std::string& detail) {
  return status::Refuse(status::Reason::INVALID_FILTER, {{"detail", detail}});
}

// Filters name fields as JSON does; people know them by label.
absl::Status RefuseField(absl::string_view name, absl::string_view label, absl::string_view fault) {
  const std::string known = label.empty() ? "" : absl::StrCat(label, " ");
  return Refuse(absl::StrCat("字段 ", known, JsonPathOf(name), " ", fault));
}

// Letters, digits and underscores: what may be repeated in an error text.
bool IsName(absl::string_view text) {
  return text.size() <= kLongestName &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

// exitFlag as exit_flag: JSON writes field names that way.
std::string SnakeCase(absl::string_view name) {
  std::string snake;
  for (char c : name) {
    if (absl::ascii_isupper(c)) snake += '_';
    snake += absl::ascii_tolower(c);
  }
  return snake;
}

absl::StatusOr<ColumnMap::const_iterator> FindField(const std::string& field, const ColumnMap& columns) {
  auto found = columns.find(field);
  if (found == columns.end()) found = columns.find(SnakeCase(field));
  if (found != columns.end()) return found;
  const std::string usable = absl::StrJoin(columns, ", ", [](std::string* out, const ColumnMap::value_type& entry) {
    absl::StrAppend(out, JsonPathOf(entry.first));
  });
  return RefuseField(field, "", absl::StrCat("不能用于查询, 可用字段: ", usable));
}

const char* SignOf(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual: return " = ";
    case Comparison::kNotEqual: return " IS DISTINCT FROM ";
    case Comparison::kLess: return " < ";
    case Comparison::kLessOrEqual: return " <= ";
    case Comparison::kGreater: return " > ";
    case Comparison::kGreaterOrEqual: return " >= ";
    case Comparison::kHas: return " : ";
  }
  return "";
}

bool IsEquality(Comparison comparison) {
  return comparison == Comparison::kEqual || comparison == Comparison::kNotEqual;
}

class SqlWriter {
 public:
  SqlWriter(const ColumnMap& columns, int first_parameter) : columns_(columns), first_parameter_(first_parameter) {}

  absl::StatusOr<std::string> Write(const Filter& filter) {
    switch (filter.kind) {
      case Filter::Kind::kEverything: return std::string("TRUE");
      case Filter::Kind::kAnd: return Join(filter.parts, " AND ");
      case Filter::Kind::kOr: return Join(filter.parts, " OR ");
      case Filter::Kind::kTerm: return Join({&filter, 1}, " AND ");
      case Filter::Kind::kNot: break;
    }
    ASSIGN_OR_RETURN(const std::string part, Write(filter.parts[0]));
    // Not NOT: the negation of a comparison with an absent value (NULL) is true, too.
    return absl::StrCat("(", part, ") IS NOT TRUE");
  }

  std::vector<std::string> TakeParams() { return std::move(params_); }

 private:
  std::string Bind(std::string value) {
    params_.push_back(std::move(value));
    return absl::StrCat("$", first_parameter_ + params_.size() - 1);
  }

  // Terms on another table are asked of it by one subquery: EXISTS, which the planner turns into a join where all terms
  // must hold, and elsewhere into a look-up by key.
  absl::StatusOr<std::string> Join(absl::Span<const Filter> filters, absl::string_view joint) {
    std::vector<std::string> parts;
    std::map<std::string, std::vector<std::string>> elsewhere;
    for (const Filter& filter : filters) {
      if (filter.kind != Filter::Kind::kTerm) {
        ASSIGN_OR_RETURN(std::string sql, Write(filter));
        parts.push_back(std::move(sql));
        continue;
      }
      ASSIGN_OR_RETURN(const auto entry, FindField(filter.field, columns_));
      ASSIGN_OR_RETURN(std::string sql, WriteTerm(entry->first, entry->second, filter));
      const std::string& table = entry->second.elsewhere;
      (table.empty() ? parts : elsewhere[table]).push_back(std::move(sql));
    }
    for (const auto& [table, terms] : elsewhere) {
      parts.push_back(absl::StrCat("EXISTS (SELECT FROM ", table, " AND (", absl::StrJoin(terms, joint), "))"));
    }
    return parts.size() == 1 ? parts[0] : absl::StrCat("(", absl::StrJoin(parts, joint), ")");
  }

  absl::StatusOr<std::string> WriteTerm(const std::string& name, const Column& column, const Filter& term) {
    switch (column.type) {
      case Column::kText: return WriteText(name, column, term);
      case Column::kBigint: return WriteNumber<int64_t>(name, column, term);
      case Column::kInteger: return WriteNumber<int32_t>(name, column, term);
      case Column::kDate: return WriteDate(name, column, term);
      case Column::kBoolean: return WriteBoolean(name, column, term);
      case Column::kEnumeration: return WriteEnumeration(name, column, term);
      case Column::kArea: return WriteArea(name, column, term);
    }
    return RefuseField(name, column.label, "不能用于查询");
  }

  std::string Compare(const Column& column, Comparison comparison, std::string value) {
    return absl::StrCat(column.sql, SignOf(comparison), Bind(std::move(value)));
  }

  static std::string Absence(Comparison comparison, absl::string_view absent) {
    return absl::StrCat("(", absent, comparison == Comparison::kEqual ? ")" : ") IS NOT TRUE");
  }

  absl::StatusOr<std::string> WriteText(const std::string& name, const Column& column, const Filter& term) {
    const std::string& text = term.value.text;
    if (term.value.kind != FilterValue::Kind::kText) return RefuseField(name, column.label, "的值应写在双引号中");
    if (text.empty() && IsEquality(term.comparison)) {
      return Absence(term.comparison, absl::StrCat(column.sql, " IS NULL OR ", column.sql, " = ''"));
    }
    if (term.comparison != Comparison::kHas) return Compare(column, term.comparison, text);
    const std::string pattern = absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"%", "\\%"}, {"_", "\\_"}});
    return absl::StrCat(column.sql, " LIKE ", Bind(pattern + "%"));
  }

  template <typename Number>
  absl::StatusOr<std::string> WriteNumber(const std::string& name, const Column& column, const Filter& term) {
    if (term.comparison == Comparison::kHas) return RefuseField(name, column.label, "不能用运算符 :");
    Number number = 0;
    if (term.value.kind != FilterValue::Kind::kNumber || !absl::SimpleAtoi(term.value.text, &number)) {
      return RefuseField(name, column.label, "的值应为整数");
    }
    return Compare(column, term.comparison, absl::StrCat(number));
  }

  absl::StatusOr<std::string> WriteDate(const std::string& name, const Column& column, const Filter& term) {
    if (term.comparison == Comparison::kHas) return RefuseField(name, column.label, "不能用运算符 :");
    const bool quoted = term.value.kind == FilterValue::Kind::kText;
    if (quoted && term.value.text.empty() && IsEquality(term.comparison)) {
      return Absence(term.comparison, absl::StrCat(column.sql, " IS NULL"));
    }
    if (!quoted || !standards::ParseDate(term.value.text)) {
      return RefuseField(name, column.label, "的值应为双引号中的日期, 形如 \"2018-01-05\"");
    }
    return Compare(column, term.comparison, term.value.text);
  }

  absl::StatusOr<std::string> WriteBoolean(const std::string& name, const Column& column, const Filter& term) {
    if (!IsEquality(term.comparison)) return RefuseField(name, column.label, "只能用运算符 = 和 !=");
    if (term.value.kind != FilterValue::Kind::kBoolean)
      return RefuseField(name, column.label, "的值应为 true 或 false");
    return Compare(column, term.comparison, term.value.text);
  }

  absl::StatusOr<std::string> WriteEnumeration(const std::string& name, const Column& column, const Filter& term) {
    if (!IsEquality(term.comparison)) return RefuseField(name, column.label, "只能用运算符 = 和 !=");
    const auto* value = column.values->FindValueByName(term.value.text);
    if (term.value.kind == FilterValue::Kind::kName && value != nullptr) {
      return Compare(column, term.comparison, absl::StrCat(value->number()));
    }
    std::vector<std::string> names;
    for (int i = 0; i < column.values->value_count(); ++i) names.push_back(column.values->value(i)->name());
    return RefuseField(name, column.label, absl::StrCat("的值应为其中之一: ", absl::StrJoin(names, ", ")));
  }

  absl::StatusOr<std::string> WriteArea(const std::string& name, const Column& column, const Filter& term) {
    const bool within = term.comparison == Comparison::kHas;
    if (!within && !IsEquality(term.comparison)) return RefuseField(name, column.label, "只能用运算符 =, != 和 :");
    const auto code = standards::ParseAreaCode(term.value.text);
    if (term.value.kind != FilterValue::Kind::kText || !code) {
      return RefuseField(name, column.label, "的值应为双引号中的区域代码");
    }
    if (!within) return Compare(column, term.comparison, absl::StrCat(*code));
    const std::string begin = Bind(absl::StrCat(*code));
    const std::string end = Bind(absl::StrCat(standards::RangeEndOf(*code)));
    return absl::StrCat("(", column.sql, " >= ", begin, " AND ", column.sql, " < ", end, ")");
  }

  const ColumnMap& columns_;
  const int first_parameter_;
  std::vector<std::string> params_;
};

}  // namespace

ColumnMap Labelled(ColumnMap columns, const google::protobuf::Descriptor& type) {
  for (auto& [name, column] : columns) {
    const auto* field = type.FindFieldByName(name);
    if (field == nullptr) continue;
    column.label = AnnotationOf(*field).label();
    if (AnnotationOf(*field).format() == options::v1::CODE) column.dictionary = AnnotationOf(*field).dictionary();
  }
  return columns;
}

absl::Status CheckCodes(const Filter& filter, const ColumnMap& columns, const CodeLookup& codes) {
  for (const Filter& part : filter.parts) RETURN_IF_ERROR(CheckCodes(part, columns, codes));
  if (filter.kind != Filter::Kind::kTerm || !IsEquality(filter.comparison)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto entry, FindField(filter.field, columns));
  const auto& [name, column] = *entry;
  // The empty text means "absent"; what is no text is refused for that.
  const bool code = filter.value.kind == FilterValue::Kind::kText && !filter.value.text.empty();
  if (!code || column.dictionary.empty() || codes(column.dictionary, filter.value.text)) return absl::OkStatus();
  return RefuseField(name, column.label,
                     absl::StrCat("的值不在代码表 ", column.dictionary, " 中, 可用的代码见 GET /v1/dictionaries/",
                                  column.dictionary, "/entries"));
}

absl::StatusOr<SqlFilter> ToSql(const Filter& filter, const ColumnMap& columns, int first_parameter) {
  SqlWriter writer(columns, first_parameter);
  ASSIGN_OR_RETURN(std::string sql, writer.Write(filter));
  return SqlFilter{std::move(sql), writer.TakeParams()};
}

absl::StatusOr<std::vector<SortKey>> ParseOrderBy(absl::string_view text, const ColumnMap& columns) {
  std::vector<SortKey> keys;
  if (absl::StripAsciiWhitespace(text).empty()) return keys;
  std::set<std::string> seen;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    const std::vector<std::string> words = absl::StrSplit(part, ' ', absl::SkipWhitespace());
    const bool worded = words.size() == 1 || (words.size() == 2 && (words[1] == "asc" || words[1] == "desc"));
    if (!worded || !IsName(words[0])) return Refuse("排序应写成: 字段名 desc, 字段名");
    ASSIGN_OR_RETURN(const auto entry, FindField(words[0], columns));
    if (!entry->second.elsewhere.empty()) return RefuseField(entry->first, entry->second.label, "不能用于排序");
    if (!seen.insert(entry->first).second) return RefuseField(entry->first, entry->second.label, "在排序中重复");
    keys.push_back({entry->first, entry->second, words.size() == 2 && words[1] == "desc"});
    if (keys.size() > kMaximumSortKeys) return Refuse(absl::StrCat("排序字段超过 ", kMaximumSortKeys, " 个"));
  }
  return keys;
}

}  // namespace bangfu::api
