#include "services/gateway/store/row.h"

#include <cstdint>

#include "common/standards/area_code.h"

namespace bangfu::gateway::store {

std::optional<std::string> Timestamp(absl::Time time) {
  if (time == absl::InfiniteFuture() || time == absl::InfinitePast()) return std::nullopt;
  return absl::FormatTime("%Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone());
}

absl::Time TimeIn(const pqxx::field& field, absl::Time if_null) {
  return field.is_null() ? if_null : absl::FromUnixMicros(field.as<int64_t>());
}

std::vector<std::string> ElementsOf(const pqxx::field& field) {
  std::vector<std::string> elements;
  pqxx::array_parser parser = field.as_array();
  for (auto item = parser.get_next(); item.first != pqxx::array_parser::juncture::done; item = parser.get_next()) {
    if (item.first == pqxx::array_parser::juncture::string_value) elements.push_back(item.second);
  }
  return elements;
}

std::string AreaArray(const Texts& areas) {
  std::vector<int64_t> codes;
  for (const std::string& area : areas) {
    if (auto code = standards::ParseAreaCode(area)) codes.push_back(*code);
  }
  return db::IntegerArray(codes);
}

void ReadAreas(const pqxx::field& field, Texts* areas) {
  for (const std::string& code : ElementsOf(field)) *areas->Add() = standards::FormatAreaCode(std::stoll(code));
}

}  // namespace bangfu::gateway::store
