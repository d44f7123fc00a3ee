#include "common/api/table_columns.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "common/api/annotations.h"
#include "common/api/plan_cache.h"
#include "common/standards/text.h"

namespace bangfu::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::vector<ColumnPlan> BuildColumns(const Descriptor* type) {
  std::vector<ColumnPlan> columns;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const options::v1::Field& annotation = AnnotationOf(*field);
    if (annotation.column().empty()) continue;
    columns.push_back({annotation.column(),
                       annotation.label(),
                       {annotation.column_synonyms().begin(), annotation.column_synonyms().end()},
                       field,
                       annotation.format(),
                       annotation.behavior(),
                       annotation.dictionary(),
                       annotation.unit(),
                       annotation.column_width()});
  }
  return columns;
}

// Lower case, half width, without white space.
std::string Plain(absl::string_view header) {
  std::string plain = standards::ToHalfWidth(header);
  plain.erase(std::remove_if(plain.begin(), plain.end(), [](char c) { return absl::ascii_isspace(c); }), plain.end());
  absl::AsciiStrToLower(&plain);
  return plain;
}

bool HasSynonym(const ColumnPlan& column, absl::string_view header) {
  return std::find(column.synonyms.begin(), column.synonyms.end(), header) != column.synonyms.end();
}

bool IsAlike(const ColumnPlan& column, absl::string_view plain) {
  return Plain(column.name) == plain || Plain(column.label) == plain ||
         std::any_of(column.synonyms.begin(), column.synonyms.end(),
                     [&](const std::string& synonym) { return Plain(synonym) == plain; });
}

template <typename Matches>
const ColumnPlan* FirstOf(const std::vector<ColumnPlan>& columns, Matches matches) {
  const auto found = std::find_if(columns.begin(), columns.end(), matches);
  return found == columns.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<ColumnPlan>& ColumnsOf(const Descriptor* type) {
  static auto& cache = *new PlanCache<std::vector<ColumnPlan>>(BuildColumns);
  return cache.Of(type);
}

const ColumnPlan* FindColumn(const Descriptor* type, absl::string_view header) {
  const std::vector<ColumnPlan>& columns = ColumnsOf(type);
  if (auto* column = FirstOf(columns, [&](const ColumnPlan& c) { return c.name == header; })) return column;
  if (auto* column = FirstOf(columns, [&](const ColumnPlan& c) { return c.label == header; })) return column;
  if (auto* column = FirstOf(columns, [&](const ColumnPlan& c) { return HasSynonym(c, header); })) return column;
  const std::string plain = Plain(header);
  return FirstOf(columns, [&](const ColumnPlan& c) { return IsAlike(c, plain); });
}

}  // namespace bangfu::api
