// Everything that a service stands on, made from its configuration: database, keys, token verification, the dispatcher,
// the services offered by all (operations, policies, procedures, events, audit), the sequencer, health and the admin
// listener.
#ifndef BANGFU_COMMON_SERVICE_PLATFORM_H_
#define BANGFU_COMMON_SERVICE_PLATFORM_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/api/page_token.h"
#include "common/api/validate.h"
#include "common/auth/token.h"
#include "common/crypto/sealer.h"
#include "common/crypto/signer.h"
#include "common/db/database.h"
#include "common/db/migrate.h"
#include "common/events/audit_rpc.h"
#include "common/events/event_feed_rpc.h"
#include "common/events/sequencer.h"
#include "common/operations/operation_rpc.h"
#include "common/policy/library.h"
#include "common/policy/policy_rpc.h"
#include "common/policy/rules.h"
#include "common/procedure/procedure_rpc.h"
#include "common/rpc/admin_listener.h"
#include "common/rpc/server.h"
#include "common/rpc/write.h"
#include "common/service/service_config.h"

namespace bangfu::service {

class Platform {
 public:
  // Reads keys and opens nothing that can be down: a service starts without its database and is not ready until it
  // comes.
  static absl::StatusOr<std::unique_ptr<Platform>> Create(const std::string& name, const ServiceConfig& config,
                                                          absl::Span<const db::Migration> migrations);

  const std::string& name() const { return name_; }
  const ServiceConfig& config() const { return config_; }
  db::Database& database() { return *database_; }
  const crypto::Sealer& sealer() const { return *sealer_; }
  const api::PageTokens& page_tokens() const { return *page_tokens_; }
  auth::TokenVerifier& verifier() { return *verifier_; }
  rpc::WriteContext write_context() { return {name_, database_.get(), sealer_.get()}; }
  rpc::Health& health() { return *health_; }

  // The rules of the service: it adds its kinds and its replayable functions before it serves. Holiday tables
  // and definitions of procedures are there.
  policy::Kinds& policy_kinds() { return policy_kinds_; }
  policy::Rules& policy_rules() { return policy_rules_; }
  policy::Library& policies() { return policies_; }
  // The kinds of procedure that the service runs, to be filled in before it serves.
  procedure::ProcedureHost& procedures() { return procedure_host_; }

  // Makes the dispatcher; `codes` looks codes up in dictionaries and may be null.
  rpc::Dispatcher& MakeDispatcher(const api::CodeLookup* codes = nullptr);

  // Serves `tables` and the services offered by all until SIGTERM, then drains. `chores` are done by the sequencer's
  // holder, beside the forgetting of old request ids.
  // The tables outlive the call.
  absl::Status Serve(std::vector<rpc::ServiceTable*> tables, std::vector<events::Sequencer::Chore> chores = {});

  // For a process that serves more than gRPC: what Serve does, in two parts. `on_drain` runs first when draining.
  absl::Status Start(std::vector<rpc::ServiceTable*> tables, std::vector<events::Sequencer::Chore> chores = {});
  void WaitAndDrain(const std::function<void()>& on_drain = [] {});

 private:
  Platform(std::string name, ServiceConfig config, absl::Span<const db::Migration> migrations);

  const std::string name_;
  const ServiceConfig config_;
  const absl::Span<const db::Migration> migrations_;
  rpc::ShutdownSignal shutdown_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<crypto::Sealer> sealer_;
  std::unique_ptr<crypto::SigningKey> audit_key_;
  std::unique_ptr<api::PageTokens> page_tokens_;
  std::unique_ptr<auth::TokenVerifier> verifier_;
  std::unique_ptr<rpc::Health> health_;
  std::unique_ptr<rpc::Dispatcher> dispatcher_;
  std::unique_ptr<operations::OperationRpc> operations_;
  procedure::ProcedureHost procedure_host_;
  std::unique_ptr<procedure::ProcedureRpc> procedures_;
  std::unique_ptr<events::EventFeedRpc> feed_;
  std::unique_ptr<events::AuditRpc> audit_;
  policy::Kinds policy_kinds_;
  policy::Rules policy_rules_;
  policy::Library policies_{policy_kinds_};
  std::unique_ptr<policy::PolicyRpc> policy_;
  std::vector<std::unique_ptr<rpc::ServiceTable>> shared_tables_;
  std::unique_ptr<events::Sequencer> sequencer_;
  std::unique_ptr<rpc::AdminListener> admin_;
  std::unique_ptr<rpc::Server> server_;
};

// Reads the public keys of token signers: PEM files.
absl::StatusOr<std::vector<crypto::VerifyingKey>> ReadPublicKeys(const std::vector<std::string>& paths);

}  // namespace bangfu::service

#endif  // BANGFU_COMMON_SERVICE_PLATFORM_H_
