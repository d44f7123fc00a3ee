#include "common/api/place.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/api/annotations.h"

namespace bangfu::api {

std::string PathOf(const Place& place) {
  std::string path = place.above == nullptr ? "" : absl::StrCat(PathOf(*place.above), ".");
  absl::StrAppend(&path, place.field->name());
  if (place.index >= 0) absl::StrAppend(&path, "[", place.index, "]");
  return path;
}

std::string LabelOf(const Place& place) {
  std::string label = place.above == nullptr ? "" : absl::StrCat(LabelOf(*place.above), "的");
  absl::StrAppend(&label, LabelOf(*place.field));
  if (place.index >= 0) absl::StrAppend(&label, "第", place.index + 1, "项");
  return label;
}

std::string JsonPathOf(absl::string_view path) {
  std::string json;
  bool raise = false;
  for (const char c : path) {
    if (c == '_') {
      raise = true;
      continue;
    }
    json += raise ? absl::ascii_toupper(c) : c;
    raise = false;
  }
  return json;
}

}  // namespace bangfu::api
