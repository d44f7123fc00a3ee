#include "common/auth/claims.h"

#include <cstdint>
#include <limits>
#include <set>
#include <utility>
#include <vector>

namespace bangfu::auth {
namespace {

using nlohmann::json;

// The end of the year 9999: sums and differences of times below it cannot overflow.
constexpr int64_t kLatestSecond = 253'402'300'799;

bool HasExactly(const json& object, const std::set<std::string>& keys) {
  if (!object.is_object() || object.size() != keys.size()) return false;
  for (const auto& item : object.items()) {
    if (keys.count(item.key()) == 0) return false;
  }
  return true;
}

bool ReadText(const json& value, std::string& text) {
  if (!value.is_string()) return false;
  text = value.get<std::string>();
  return true;
}

bool ReadName(const json& value, std::string& text) { return ReadText(value, text) && !text.empty(); }

// Takes an integer from 0 to `greatest`; fractions and what does not fit 64 bits are no integers to the parser.
bool ReadNumber(const json& value, int64_t greatest, int64_t& number) {
  if (!value.is_number_unsigned() || value.get<uint64_t>() > static_cast<uint64_t>(greatest)) return false;
  number = value.get<int64_t>();
  return true;
}

bool ReadTime(const json& value, absl::Time& time) {
  int64_t seconds = 0;
  if (!ReadNumber(value, kLatestSecond, seconds)) return false;
  time = absl::FromUnixSeconds(seconds);
  return true;
}

bool ReadBool(const json& value, bool& flag) {
  if (!value.is_boolean()) return false;
  flag = value.get<bool>();
  return true;
}

bool ReadTexts(const json& value, std::vector<std::string>& texts) {
  if (!value.is_array()) return false;
  for (const json& item : value) {
    if (!ReadText(item, texts.emplace_back())) return false;
  }
  return true;
}

bool ReadRole(const json& value, Role& role) {
  std::string name;
  return ReadText(value, name) && options::v1::Role_Parse(name, &role) && role != options::v1::ROLE_UNSPECIFIED;
}

// Without any there is no such claim.
bool ReadRoles(const json& value, std::vector<Role>& roles) {
  if (!value.is_array() || value.empty()) return false;
  for (const json& item : value) {
    if (!ReadRole(item, roles.emplace_back())) return false;
  }
  return true;
}

bool ReadRange(const json& value, AreaRange& range) {
  return value.is_array() && value.size() == 2 && ReadNumber(value[0], kAreaCodeEnd, range.low) &&
         ReadNumber(value[1], kAreaCodeEnd, range.high) && range.low < range.high;
}

bool ReadGrant(const json& value, Grant& grant) {
  if (!HasExactly(value, {"r", "a"}) || !ReadRole(value["r"], grant.role) || !value["a"].is_array()) return false;
  for (const json& range : value["a"]) {
    if (!ReadRange(range, grant.areas.emplace_back())) return false;
  }
  return true;
}

bool ReadGrants(const json& value, std::vector<Grant>& grants) {
  if (!value.is_array()) return false;
  for (const json& item : value) {
    if (!ReadGrant(item, grants.emplace_back())) return false;
  }
  return true;
}

json RolesToJson(const std::vector<Role>& roles) {
  json list = json::array();
  for (Role role : roles) list.push_back(options::v1::Role_Name(role));
  return list;
}

json GrantsToJson(const std::vector<Grant>& grants) {
  json list = json::array();
  for (const Grant& grant : grants) {
    json areas = json::array();
    for (const AreaRange& range : grant.areas) areas.push_back(json::array({range.low, range.high}));
    list.push_back({{"r", options::v1::Role_Name(grant.role)}, {"a", std::move(areas)}});
  }
  return list;
}

}  // namespace

std::optional<json> ParseStrictJson(absl::string_view text) {
  std::vector<std::set<std::string>> open_objects;
  bool key_repeated = false;
  const auto watch_keys = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::object_start) open_objects.emplace_back();
    if (event == json::parse_event_t::object_end) open_objects.pop_back();
    if (event == json::parse_event_t::key) {
      key_repeated |= !open_objects.back().insert(value.get<std::string>()).second;
    }
    return true;
  };
  json parsed = json::parse(text.begin(), text.end(), watch_keys, /*allow_exceptions=*/false);
  if (parsed.is_discarded() || key_repeated) return std::nullopt;
  return parsed;
}

std::string ClaimsToJson(const Claims& claims) {
  const Caller& caller = claims.caller;
  json object = {{"iss", claims.issuer},
                 {"aud", claims.audience},
                 {"sub", caller.subject},
                 {"sid", caller.session},
                 {"jti", claims.token_id},
                 {"iat", absl::ToUnixSeconds(claims.issue_time)},
                 {"nbf", absl::ToUnixSeconds(claims.not_before)},
                 {"exp", absl::ToUnixSeconds(caller.expire_time)},
                 {"dep", caller.department},
                 {"pur", caller.purposes},
                 {"pwd", caller.password_change_only},
                 {"aal", caller.second_factor ? 2 : 1},
                 {"grants", GrantsToJson(caller.grants)}};
  if (caller.calls_per_minute > 0) object["cpm"] = caller.calls_per_minute;
  if (!caller.certificate.empty()) object["x5t"] = caller.certificate;
  if (!caller.withheld.empty()) object["off"] = RolesToJson(caller.withheld);
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Claims> ClaimsFromJson(absl::string_view text) {
  std::optional<json> parsed = ParseStrictJson(text);
  std::set<std::string> keys = {"iss", "aud", "sub", "sid", "jti", "iat",   "nbf",
                                "exp", "dep", "pur", "pwd", "aal", "grants"};
  const bool has_quota = parsed && parsed->contains("cpm");
  if (has_quota) keys.insert("cpm");
  const bool is_bound = parsed && parsed->contains("x5t");
  if (is_bound) keys.insert("x5t");
  const bool withholds = parsed && parsed->contains("off");
  if (withholds) keys.insert("off");
  if (!parsed || !HasExactly(*parsed, keys)) return std::nullopt;
  json& object = *parsed;
  Claims claims;
  Caller& caller = claims.caller;
  int64_t assurance = 0;
  int64_t quota = 0;
  const bool read = ReadName(object["iss"], claims.issuer) && ReadName(object["aud"], claims.audience) &&
                    ReadName(object["sub"], caller.subject) && ReadName(object["sid"], caller.session) &&
                    ReadName(object["jti"], claims.token_id) && ReadTime(object["iat"], claims.issue_time) &&
                    ReadTime(object["nbf"], claims.not_before) && ReadTime(object["exp"], caller.expire_time) &&
                    ReadText(object["dep"], caller.department) && ReadTexts(object["pur"], caller.purposes) &&
                    ReadBool(object["pwd"], caller.password_change_only) && ReadNumber(object["aal"], 2, assurance) &&
                    ReadGrants(object["grants"], caller.grants) &&
                    (!has_quota || ReadNumber(object["cpm"], std::numeric_limits<int32_t>::max(), quota)) &&
                    (!is_bound || ReadName(object["x5t"], caller.certificate)) &&
                    (!withholds || ReadRoles(object["off"], caller.withheld));
  if (!read || assurance == 0 || has_quota != (quota > 0)) return std::nullopt;
  caller.second_factor = assurance == 2;
  caller.calls_per_minute = static_cast<int32_t>(quota);
  return claims;
}

}  // namespace bangfu::auth
