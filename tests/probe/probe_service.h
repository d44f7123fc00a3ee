// The methods of ProbeService.
#ifndef BANGFU_TESTS_PROBE_PROBE_SERVICE_H_
#define BANGFU_TESTS_PROBE_PROBE_SERVICE_H_

#include <atomic>
#include <memory>
#include <string>

#include "bangfu/probe/v1/probe_service.pb.h"
#include "common/db/coalescer.h"
#include "common/db/migrate.h"
#include "common/rpc/service_table.h"
#include "common/rpc/write.h"

namespace bangfu::probe {

// The table that probes are kept in.
inline constexpr db::Migration kMigrations[] = {
    {"9100_probe.sql",
     "CREATE TABLE probe (shard integer NOT NULL, id bigint NOT NULL, area bigint NOT NULL, text text NOT NULL,"
     " create_time timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (shard, id));"
     "CREATE INDEX probe_area ON probe (area, id)"}};

class ProbeRpc {
 public:
  explicit ProbeRpc(rpc::WriteContext context,
                    db::CoalescerOptions coalescing = {.name = "record_probe", .one_statement = true});

  absl::StatusOr<v1::Probe> Echo(rpc::Call& call, const v1::EchoRequest& request);
  absl::StatusOr<v1::Probe> GetProbe(rpc::Call& call, const v1::GetProbeRequest& request);
  absl::StatusOr<v1::Probe> CreateProbe(rpc::Call& call, const v1::CreateProbeRequest& request);
  void RecordProbe(rpc::Call& call, const v1::RecordProbeRequest& request, rpc::Answer<v1::Probe> answer);
  absl::StatusOr<v1::Probe> Misbehave(rpc::Call& call, const v1::MisbehaveRequest& request);
  absl::Status WatchProbes(rpc::Call& call, const v1::WatchProbesRequest& request, rpc::Writer<v1::Probe>& writer);
  absl::StatusOr<v1::Probe> UploadProbe(rpc::Call& call, rpc::Reader<v1::UploadProbeRequest>& reader);

  std::unique_ptr<rpc::ServiceTable> Table(rpc::Dispatcher& dispatcher);

 private:
  rpc::WriteContext context_;
  db::Coalescer<v1::Probe, v1::Probe> coalescer_;
};

}  // namespace bangfu::probe

#endif  // BANGFU_TESTS_PROBE_PROBE_SERVICE_H_
