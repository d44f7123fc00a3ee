#include "services/registration/rpc/exit_records.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using status::Refuse;

absl::StatusOr<v1::Household> LoadReadable(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                           const std::string& household_id) {
  ASSIGN_OR_RETURN(auto household, store::LoadHousehold(tx, registration.sealer(), store::IdOf(household_id)));
  if (!household) return call.Missing(household_id, Refuse(v1::HOUSEHOLD_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaNumber(household->area())));
  return *std::move(household);
}

absl::Status CheckReplaced(const std::string& given, const std::string& name, const std::string& current) {
  if (current.empty()) return given.empty() ? absl::OkStatus() : Refuse(status::Reason::ETAG_MISMATCH);
  return CheckVersion(given, name, current);
}

absl::StatusOr<std::vector<int64_t>> PageKey(const Registration& registration, const std::string& page_token,
                                             const std::string& query, std::vector<int64_t> first) {
  if (page_token.empty()) return first;
  ASSIGN_OR_RETURN(const auto key, registration.page_tokens->Open(page_token, query));
  for (size_t i = 0; i < first.size(); ++i) {
    if (i >= key.size() || !absl::SimpleAtoi(key[i], &first[i])) return Refuse(status::Reason::INVALID_PAGE_TOKEN);
  }
  return first;
}

std::string SealKey(const Registration& registration, const std::string& query, const std::vector<int64_t>& key) {
  std::vector<std::string> texts;
  for (int64_t number : key) texts.push_back(absl::StrCat(number));
  return registration.page_tokens->Seal(query, texts);
}

}  // namespace bangfu::registration
