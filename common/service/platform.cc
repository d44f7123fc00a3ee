#include "common/service/platform.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/crypto/key_ring.h"
#include "common/log/log.h"
#include "common/policy/working_days.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::service {
namespace {

// Page tokens need a key that all replicas share: derived from the index key, of which it tells nothing.
std::string PageTokenKey(const crypto::Sealer& sealer) {
  return absl::StrCat(sealer.Digest("page_token", "1"), sealer.Digest("page_token", "2"));
}

}  // namespace

absl::StatusOr<std::vector<crypto::VerifyingKey>> ReadPublicKeys(const std::vector<std::string>& paths) {
  std::vector<crypto::VerifyingKey> keys;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(auto key, crypto::VerifyingKey::LoadPem(path));
    keys.push_back(std::move(key));
  }
  return keys;
}

Platform::Platform(std::string name, ServiceConfig config, absl::Span<const db::Migration> migrations)
    : name_(std::move(name)), config_(std::move(config)), migrations_(migrations) {
  policy_kinds_.Add(policy::CheckHolidayTable).Add(procedure::DefinitionFaults);
}

absl::StatusOr<std::unique_ptr<Platform>> Platform::Create(const std::string& name, const ServiceConfig& config,
                                                           absl::Span<const db::Migration> migrations) {
  auto platform = std::unique_ptr<Platform>(new Platform(name, config, migrations));
  ASSIGN_OR_RETURN(auto ring, crypto::KeyRing::Load(config.key_directory));
  platform->sealer_ = std::make_unique<crypto::Sealer>(std::move(ring));
  ASSIGN_OR_RETURN(auto audit_key, crypto::SigningKey::LoadPem(config.audit_signing));
  platform->audit_key_ = std::make_unique<crypto::SigningKey>(std::move(audit_key));
  ASSIGN_OR_RETURN(auto public_keys, ReadPublicKeys(config.public_keys));
  platform->verifier_ = std::make_unique<auth::TokenVerifier>(std::move(public_keys));
  platform->page_tokens_ = std::make_unique<api::PageTokens>(PageTokenKey(*platform->sealer_));

  db::DatabaseOptions options;
  options.conninfo = config.conninfo;
  options.read_connections = config.read_connections;
  options.background_connections = config.background_connections;
  options.export_connections = config.exports;  // each holds one
  options.write_connections = config.write_connections;
  options.slow_statement = config.slow_statement;
  platform->database_ = std::make_unique<db::Database>(options);
  db::Database* database = platform->database_.get();
  platform->procedure_host_.write = platform->write_context();
  platform->procedure_host_.page_tokens = platform->page_tokens_.get();
  platform->procedure_host_.policies = &platform->policies_;
  platform->health_ = std::make_unique<rpc::Health>([database, migrations] {
    absl::Status schema = db::CheckSchema(*database, migrations);
    // All connections are at work, so the database is there.
    return status::ReasonOf(schema) == "OVERLOADED" ? absl::OkStatus() : schema;
  });
  return platform;
}

rpc::Dispatcher& Platform::MakeDispatcher(const api::CodeLookup* codes) {
  rpc::DispatcherOptions options;
  options.service = name_;
  options.verifier = verifier_.get();
  options.database = database_.get();
  options.codes = codes;
  options.strong_reveals = config_.strong_reveals;
  options.read_workers = config_.read_workers;
  options.write_workers = config_.write_workers;
  options.bulk_workers = config_.bulk_workers;
  options.queue_bound = config_.queue_bound;
  options.upload_bound = config_.uploads;
  options.export_bound = config_.exports;
  options.watch_bound = config_.watchers;
  dispatcher_ = std::make_unique<rpc::Dispatcher>(options);
  return *dispatcher_;
}

absl::Status Platform::Start(std::vector<rpc::ServiceTable*> tables, std::vector<events::Sequencer::Chore> chores) {
  if (dispatcher_ == nullptr) MakeDispatcher();
  operations_ = std::make_unique<operations::OperationRpc>(*database_, *page_tokens_);
  procedures_ = std::make_unique<procedure::ProcedureRpc>(procedure_host_);
  feed_ = std::make_unique<events::EventFeedRpc>(*database_);
  audit_ = std::make_unique<events::AuditRpc>(*database_, name_, *audit_key_);
  policy_ = std::make_unique<policy::PolicyRpc>(policy::PolicyContext{write_context(), page_tokens_.get(), &policies_,
                                                                      &policy_rules_, dispatcher_->options().codes});
  shared_tables_.push_back(operations_->Table(*dispatcher_));
  shared_tables_.push_back(procedures_->Table(*dispatcher_));
  shared_tables_.push_back(feed_->Table(*dispatcher_));
  shared_tables_.push_back(audit_->Table(*dispatcher_));
  shared_tables_.push_back(policy_->Table(*dispatcher_));

  ASSIGN_OR_RETURN(admin_, rpc::AdminListener::Start(config_.admin_listen, *health_));
  for (const std::string& address : config_.listen) {
    if (address.rfind("unix:", 0) == 0) unlink(address.c_str() + 5);  // left behind by a process that was killed
  }
  rpc::ServerOptions options;
  options.listen = config_.listen;
  options.tls = config_.tls;
  options.reflection = config_.reflection;
  for (const auto& table : shared_tables_) tables.push_back(table.get());
  ASSIGN_OR_RETURN(server_, rpc::Server::Start(options, *health_, tables));
  chores.push_back(
      [age = absl::Hours(24 * config_.request_id_days)](db::Tx& tx) { return rpc::ForgetClaims(tx, age); });
  sequencer_ = std::make_unique<events::Sequencer>(*database_, name_, *audit_key_, std::move(chores));
  sequencer_->Start();
  log::Info("started", {{"admin_port", admin_->port()}});
  return absl::OkStatus();
}

void Platform::WaitAndDrain(const std::function<void()>& on_drain) {
  shutdown_.Wait();
  on_drain();
  server_->Drain(absl::Milliseconds(200), absl::Seconds(config_.drain_seconds));
  sequencer_.reset();
  log::Info("stopped");
}

absl::Status Platform::Serve(std::vector<rpc::ServiceTable*> tables, std::vector<events::Sequencer::Chore> chores) {
  RETURN_IF_ERROR(Start(std::move(tables), std::move(chores)));
  WaitAndDrain();
  return absl::OkStatus();
}

}  // namespace bangfu::service
