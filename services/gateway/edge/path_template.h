// Path templates of google.api.http: /v1/households/{household.household_id}:suspend
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_PATH_TEMPLATE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_PATH_TEMPLATE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bangfu::edge {

struct PathTemplate {
  enum class Kind { kLiteral, kOne, kRest };  // text, `*`, `**`
  struct Segment {
    Kind kind;
    std::string literal;
  };
  // Binds segments [begin, end) of the request path to a field. `**` binds to the end of the path.
  struct Variable {
    std::string field;  // household.household_id
    size_t begin;
    size_t end;
  };

  std::vector<Segment> segments;
  std::vector<Variable> variables;
  std::string verb;  // suspend; empty if there is none

  // The template without names, /v1/*/x:verb. Two templates of one shape cannot be told apart.
  std::string Shape() const;
};

// INVALID_ARGUMENT (for whoever starts the program) if the template breaks the grammar.
absl::StatusOr<PathTemplate> ParsePathTemplate(absl::string_view text);

// Undoes %XX. Nothing if an escape is broken, or the result is not UTF-8 or holds a control character.
std::optional<std::string> PercentDecode(absl::string_view text);

// Splits /a/b into {a, b}, still encoded. Nothing if the path does not begin with a slash or has an empty segment.
std::optional<std::vector<absl::string_view>> SplitPath(absl::string_view path);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_PATH_TEMPLATE_H_
