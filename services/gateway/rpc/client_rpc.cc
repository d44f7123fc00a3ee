#include <optional>

#include "common/rpc/write.h"
#include "common/status/macros.h"
#include "services/gateway/domain/account.h"
#include "services/gateway/domain/client.h"
#include "services/gateway/rpc/account_rpc.h"
#include "services/gateway/store/client_store.h"

namespace bangfu::gateway {
namespace {

constexpr char kClientsQuery[] = "clients";

}  // namespace

absl::StatusOr<v1::CreateClientResponse> AccountRpc::CreateClient(rpc::Call& call,
                                                                  const v1::CreateClientRequest& request) {
  const std::string secret =
      SecretOfRequest(*context_.write.sealer, call, request.request_id(), request.client().client_id());
  const std::string digest = SecretDigest(*context_.write.sealer, request.client().client_id(), secret);
  auto answer = rpc::Write<v1::CreateClientResponse>(
      call, context_.write, request,
      [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::CreateClientResponse> {
        ASSIGN_OR_RETURN(const ClientRecord client,
                         ProposeClient(request.client(), digest, call.caller().subject, DayInChina(call.now())));
        RETURN_IF_ERROR(store::InsertClient(tx, client));
        effects.ActOn(client.shown.client_id(), 0);
        v1::CreateClientResponse response;
        *response.mutable_client() = client.shown;
        return response;
      });
  if (!answer.ok()) return answer;
  bool shown = true;
  if (call.repeated()) {
    RETURN_IF_ERROR(context_.write.database->Read(call.bounds(), [&](db::Tx& tx) {
      const std::optional<ClientRecord> client = store::FindClient(tx, request.client().client_id());
      shown = client && client->shown.state() == v1::DepartmentClient::PROPOSED && client->secret_digest == digest;
      return absl::OkStatus();
    }));
  }
  // Set behind the transaction, so that the kept answer does not have it.
  if (shown) answer->set_client_secret(secret);
  return answer;
}

absl::StatusOr<v1::DepartmentClient> AccountRpc::ApproveClient(rpc::Call& call,
                                                               const v1::ApproveClientRequest& request) {
  return rpc::Write<v1::DepartmentClient>(
      call, context_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::DepartmentClient> {
        ASSIGN_OR_RETURN(const ClientRecord present, store::LoadClientForUpdate(tx, request.client_id()));
        ASSIGN_OR_RETURN(const ClientRecord client,
                         gateway::ApproveClient(present, call.caller().subject, DayInChina(call.now())));
        store::UpdateClient(tx, client, call.now());
        effects.ActOn(request.client_id(), 0);
        effects.Change({"state", "approver"});
        return client.shown;
      });
}

absl::StatusOr<v1::DepartmentClient> AccountRpc::RevokeClient(rpc::Call& call, const v1::RevokeClientRequest& request) {
  auto answer = rpc::Write<v1::DepartmentClient>(
      call, context_.write, request, [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::DepartmentClient> {
        ASSIGN_OR_RETURN(const ClientRecord present, store::LoadClientForUpdate(tx, request.client_id()));
        ASSIGN_OR_RETURN(const ClientRecord client, gateway::RevokeClient(present));
        store::UpdateClient(tx, client, call.now());
        effects.ActOn(request.client_id(), 0);
        effects.Change({"state"});
        return client.shown;
      });
  if (answer.ok()) RefuseTokens(context_, {ClientSession(request.client_id())}, call.now());
  return answer;
}

absl::StatusOr<v1::ListClientsResponse> AccountRpc::ListClients(rpc::Call& call,
                                                                const v1::ListClientsRequest& request) {
  ASSIGN_OR_RETURN(const int page_size, api::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::string after, PageStart(request.page_token(), kClientsQuery));
  return context_.write.database->Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::ListClientsResponse> {
    v1::ListClientsResponse response;
    for (const v1::DepartmentClient& client : store::ListClients(tx, after, page_size)) {
      *response.add_clients() = client;
    }
    if (response.clients_size() == page_size) {
      const std::string& last = response.clients(page_size - 1).client_id();
      response.set_next_page_token(context_.page_tokens->Seal(kClientsQuery, {last}));
    }
    return response;
  });
}

}  // namespace bangfu::gateway
