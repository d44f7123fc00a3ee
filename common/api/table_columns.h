// The columns of a message's table, as files carry them: what imports read and exports write. Pure and thread-safe.
#ifndef BANGFU_COMMON_API_TABLE_COLUMNS_H_
#define BANGFU_COMMON_API_TABLE_COLUMNS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/options/v1/options.pb.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::api {

struct ColumnPlan {
  // Machine key: the column of the national register's table (AAC001) or of our own (BFA001).
  std::string name;
  // Chinese header.
  std::string label;
  // Other headers under which offices send it.
  std::vector<std::string> synonyms;
  const google::protobuf::FieldDescriptor* field;
  options::v1::Format format;
  options::v1::Behavior behavior;
  // Dictionary of codes; empty if there is none.
  std::string dictionary;
  // Unit of its numbers; may be empty.
  std::string unit;
  // Width in characters; 0 if the annotation leaves it open.
  int width;
};

// The columns of a message, in order of declaration; none if it has no table.
const std::vector<ColumnPlan>& ColumnsOf(const google::protobuf::Descriptor* type);

// The column that a header cell means: by machine key, else by exact label, else by synonym, else by any of the three
// without regard to case, white space and full-width forms. Null if none.
const ColumnPlan* FindColumn(const google::protobuf::Descriptor* type, absl::string_view header);

}  // namespace bangfu::api

#endif  // BANGFU_COMMON_API_TABLE_COLUMNS_H_
