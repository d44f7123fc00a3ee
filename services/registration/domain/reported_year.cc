#include "services/registration/domain/reported_year.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/standards/date.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

absl::Status CheckBegun(absl::string_view path, absl::string_view label, int year, absl::string_view day) {
  if (year <= standards::ParseDate(day)->year()) return absl::OkStatus();
  return status::RefuseFields({{std::string(path), absl::StrCat(label, ": 该年度尚未开始")}});
}

}  // namespace bangfu::registration::domain
