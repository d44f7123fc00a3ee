#include "tests/probe/probe_service.h"

#include <stdexcept>
#include <vector>

#include "common/ids/record_id.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::probe {
namespace {

constexpr db::Statement kSelect = {"probe.select", "SELECT area, text FROM probe WHERE shard = $1 AND id = $2"};
constexpr db::Statement kInsert = {"probe.insert", "INSERT INTO probe (shard, id, area, text) VALUES ($1, $2, $3, $4)"};
constexpr db::Statement kInsertMany = {"probe.insert_many", R"sql(
  INSERT INTO probe (shard, id, area, text)
  SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[]) ON CONFLICT (shard, id) DO NOTHING)sql"};
constexpr db::Statement kSleep = {"probe.sleep", "SELECT pg_sleep(30)"};

v1::Probe NewProbe(const std::string& area, const std::string& text) {
  v1::Probe probe;
  const auto shard = static_cast<int32_t>(standards::CountyOf(*standards::ParseAreaCode(area)));
  probe.set_probe_id(ids::RecordId{shard, ids::NewRecordNumber()}.ToString());
  probe.set_area(area);
  probe.set_text(text);
  return probe;
}

absl::StatusOr<std::vector<v1::Probe>> InsertMany(db::Tx& tx, absl::Span<const v1::Probe> probes) {
  std::vector<int32_t> shards;
  std::vector<int64_t> numbers, areas;
  std::vector<std::string> texts;
  for (const v1::Probe& probe : probes) {
    const auto id = *ids::ParseRecordId(probe.probe_id());
    shards.push_back(id.shard);
    numbers.push_back(id.number);
    areas.push_back(*standards::ParseAreaCode(probe.area()));
    texts.push_back(probe.text());
  }
  tx.Run(kInsertMany, db::IntegerArray(shards), db::IntegerArray(numbers), db::IntegerArray(areas),
         db::TextArray(texts));
  return std::vector<v1::Probe>(probes.begin(), probes.end());
}

}  // namespace

ProbeRpc::ProbeRpc(rpc::WriteContext context, db::CoalescerOptions coalescing)
    : context_(context), coalescer_(*context.database, InsertMany, coalescing) {}

absl::StatusOr<v1::Probe> ProbeRpc::Echo(rpc::Call& call, const v1::EchoRequest& request) {
  RETURN_IF_ERROR(call.Authorise(*standards::ParseAreaCode(request.area())));
  v1::Probe probe;
  probe.set_area(request.area());
  probe.set_text(request.text());
  probe.set_phone(request.phone());
  return probe;
}

absl::StatusOr<v1::Probe> ProbeRpc::GetProbe(rpc::Call& call, const v1::GetProbeRequest& request) {
  const auto id = *ids::ParseRecordId(request.probe_id());
  return context_.database->Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::Probe> {
    auto rows = tx.Run(kSelect, id.shard, id.number);
    if (rows.empty()) return call.Missing(request.probe_id(), status::Refuse(status::Reason::NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(rows[0][0].as<int64_t>()));
    v1::Probe probe;
    probe.set_probe_id(request.probe_id());
    probe.set_area(standards::FormatAreaCode(rows[0][0].as<int64_t>()));
    probe.set_text(rows[0][1].as<std::string>());
    return probe;
  });
}

absl::StatusOr<v1::Probe> ProbeRpc::CreateProbe(rpc::Call& call, const v1::CreateProbeRequest& request) {
  const int64_t area = *standards::ParseAreaCode(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  return rpc::Write<v1::Probe>(call, context_, request,
                               [&](db::Tx& tx, rpc::Effects& effects) -> absl::StatusOr<v1::Probe> {
                                 v1::Probe probe = NewProbe(request.area(), request.text());
                                 const auto id = *ids::ParseRecordId(probe.probe_id());
                                 tx.Run(kInsert, id.shard, id.number, area, probe.text());
                                 effects.ActOn(probe.probe_id(), area);
                                 effects.Emit(probe, probe.probe_id(), area);
                                 return probe;
                               });
}

void ProbeRpc::RecordProbe(rpc::Call& call, const v1::RecordProbeRequest& request, rpc::Answer<v1::Probe> answer) {
  absl::Status authorised = call.Authorise(*standards::ParseAreaCode(request.area()));
  if (!authorised.ok()) return answer(authorised);
  coalescer_.Add(call.bounds(), NewProbe(request.area(), request.text()), std::move(answer));
}

absl::StatusOr<v1::Probe> ProbeRpc::Misbehave(rpc::Call& call, const v1::MisbehaveRequest& request) {
  if (request.way() == v1::MisbehaveRequest::AUTHORISES_NOTHING) return v1::Probe();
  RETURN_IF_ERROR(call.Authorise(*standards::ParseAreaCode(request.area())));
  if (request.way() == v1::MisbehaveRequest::THROWS) throw std::runtime_error("thrown on purpose");
  if (request.way() == v1::MisbehaveRequest::WITHOUT_REASON) return absl::NotFoundError("secret detail");
  return context_.database->Write(call.bounds(), [](db::Tx& tx) -> absl::StatusOr<v1::Probe> {
    tx.Run(kSleep);
    return v1::Probe();
  });
}

absl::Status ProbeRpc::WatchProbes(rpc::Call& call, const v1::WatchProbesRequest& request,
                                   rpc::Writer<v1::Probe>& writer) {
  RETURN_IF_ERROR(call.Authorise(*standards::ParseAreaCode(request.area())));
  v1::Probe probe;
  probe.set_phone("13900000000");
  for (int64_t i = 0; i < request.number(); ++i) {
    probe.set_number(i);
    if (!writer.Write(probe)) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Probe> ProbeRpc::UploadProbe(rpc::Call& call, rpc::Reader<v1::UploadProbeRequest>& reader) {
  v1::Probe probe;
  v1::UploadProbeRequest portion;
  while (reader.Read(&portion)) {
    if (probe.area().empty()) {
      RETURN_IF_ERROR(call.Authorise(*standards::ParseAreaCode(portion.area())));
      probe.set_area(portion.area());
    }
    probe.set_number(probe.number() + static_cast<int64_t>(portion.text().size()));
  }
  return probe;
}

std::unique_ptr<rpc::ServiceTable> ProbeRpc::Table(rpc::Dispatcher& dispatcher) {
  auto table = std::make_unique<rpc::ServiceTable>("bangfu.probe.v1.ProbeService", dispatcher);
  table->Add(this, &ProbeRpc::Echo)
      .Add(this, &ProbeRpc::GetProbe)
      .Add(this, &ProbeRpc::CreateProbe)
      .Add(this, &ProbeRpc::RecordProbe)
      .Add(this, &ProbeRpc::Misbehave)
      .Add(this, &ProbeRpc::WatchProbes)
      .Add(this, &ProbeRpc::UploadProbe);
  return table;
}

}  // namespace bangfu::probe
