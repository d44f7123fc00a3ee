#include "services/gateway/domain/client.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bangfu/gateway/v1/reason.pb.h"
#include "common/auth/area_range.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/gateway/domain/account.h"

namespace bangfu::gateway {
namespace {

using status::FieldError;
using status::Refuse;
using v1::DepartmentClient;

constexpr int32_t kDefaultCallsPerMinute = 600;
constexpr size_t kDigestLength = 64;

absl::Status WrongState(std::string state) { return Refuse(v1::CLIENT_WRONG_STATE, {{"state", std::move(state)}}); }

std::string LabelOf(DepartmentClient::State state) {
  return DepartmentClient::State_descriptor()->FindValueByNumber(state)->options().GetExtension(options::v1::label);
}

bool IsCertificateDigest(absl::string_view text) {
  return text.size() == kDigestLength &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f'); });
}

bool IsOver(const DepartmentClient& client, absl::CivilDay today) {
  const auto end = standards::ParseDate(client.end_date());
  return !end || *end < today;
}

}  // namespace

absl::StatusOr<ClientRecord> ProposeClient(const DepartmentClient& wanted, std::string secret_digest,
                                           absl::string_view proposer, absl::CivilDay today) {
  std::vector<FieldError> faults;
  if (!IsAccountName(wanted.client_id()) || absl::StrContains(wanted.client_id(), '.')) {
    faults.push_back({"client.client_id", "客户端编号: 请用 3 至 40 位小写字母、数字或连字符"});
  }
  if (std::any_of(wanted.areas().begin(), wanted.areas().end(),
                  [](const std::string& area) { return !standards::ParseAreaCode(area); })) {
    faults.push_back({"client.areas", "授权区域: 区域代码不正确"});
  }
  if (!IsCertificateDigest(wanted.certificate_digest())) {
    faults.push_back({"client.certificate_digest", "证书指纹: 请填写证书的 SHA-256, 64 位小写十六进制, 不带冒号"});
  }
  if (IsOver(wanted, today)) faults.push_back({"client.end_date", "截止日期: 不能早于今天"});
  if (!faults.empty()) return status::RefuseFields(faults);

  ClientRecord client{wanted, std::move(secret_digest), std::string(proposer), ""};
  if (wanted.calls_per_minute() == 0) client.shown.set_calls_per_minute(kDefaultCallsPerMinute);
  client.shown.set_state(DepartmentClient::PROPOSED);
  return client;
}

absl::StatusOr<ClientRecord> ApproveClient(ClientRecord client, absl::string_view approver, absl::CivilDay today) {
  if (client.shown.state() != DepartmentClient::PROPOSED) return WrongState(LabelOf(client.shown.state()));
  if (IsOver(client.shown, today)) return WrongState("已到期");
  if (client.proposer == approver) return Refuse(v1::GRANT_SAME_PERSON);
  client.shown.set_state(DepartmentClient::APPROVED);
  client.approver = std::string(approver);
  return client;
}

absl::StatusOr<ClientRecord> RevokeClient(ClientRecord client) {
  if (client.shown.state() == DepartmentClient::REVOKED) return WrongState(LabelOf(client.shown.state()));
  client.shown.set_state(DepartmentClient::REVOKED);
  return client;
}

absl::Status CheckUsable(const DepartmentClient& client, absl::string_view certificate, absl::CivilDay today) {
  if (certificate.empty() || certificate != client.certificate_digest()) return Refuse(v1::CLIENT_CERTIFICATE_WRONG);
  if (client.state() != DepartmentClient::APPROVED) return WrongState(LabelOf(client.state()));
  if (IsOver(client, today)) return WrongState("已到期");
  return absl::OkStatus();
}

std::string ClientSession(absl::string_view client_id) { return absl::StrCat("client:", client_id); }

auth::Caller CallerOfClient(const DepartmentClient& client, absl::Time now) {
  auth::Caller caller;
  caller.subject = ClientSession(client.client_id());
  caller.session = ClientSession(client.client_id());
  caller.department = client.department();
  caller.purposes.assign(client.purposes().begin(), client.purposes().end());
  caller.calls_per_minute = client.calls_per_minute();
  caller.certificate = client.certificate_digest();
  std::vector<auth::AreaRange> areas;
  for (const std::string& area : client.areas()) {
    if (auto code = standards::ParseAreaCode(area)) areas.push_back(auth::RangeOf(*code));
  }
  caller.grants.push_back({options::v1::DEPARTMENT, auth::Merge(std::move(areas))});
  const auto end = standards::ParseDate(client.end_date());
  // A token lives for at least the second that its times are counted in.
  caller.expire_time = std::max(EndOfDayInChina(end.value_or(absl::CivilDay())), now + absl::Seconds(1));
  return caller;
}

}  // namespace bangfu::gateway
