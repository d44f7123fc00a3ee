// For tests: a register with a pack of rules in force, and QualityService with a runner that does the work.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_QUALITY_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_QUALITY_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bangfu/registration/v1/quality_service.grpc.pb.h"
#include "common/operations/operation_store.h"
#include "services/registration/domain/exit_rules_for_tests.h"
#include "services/registration/rpc/policy_fixture.h"
#include "services/registration/rpc/quality_rpc.h"
#include "services/registration/rpc/quality_run.h"
#include "services/registration/store/quality_run_store.h"

namespace bangfu::registration {

class QualityFixture : public PolicyFixture {
 protected:
  using Quality = v1::QualityService::Stub;

  QualityFixture() { quality_ = v1::QualityService::NewStub(quality_server_.channel()); }

  static v1::QualityRules Rules() {
    return domain::FromJson<v1::QualityRules>(
        R"json({"indexPercent": 70, "labourAgeFrom": 16, "labourAgeTo": 60, "rules": [
      {"code": "MEMBER_COUNT_DISAGREES", "severity": "ERROR", "owner": "VILLAGE", "daysToFix": 10, "weight": 2,
       "dimension": "IDENTIFICATION"},
      {"code": "CAUSE_ILLNESS_ALL_HEALTHY", "severity": "WARNING", "owner": "TOWNSHIP", "daysToFix": 20, "weight": 1},
      {"code": "SKILLED_LABOUR_AGE", "severity": "WARNING", "owner": "VILLAGE", "daysToFix": 20, "weight": 1},
      {"code": "IDENTITY_DUPLICATE", "severity": "ERROR", "owner": "COUNTY", "daysToFix": 5, "weight": 1},
      {"code": "IDENTITY_INVALID", "severity": "ERROR", "owner": "COUNTY", "daysToFix": 5, "weight": 1},
      {"code": "AREA_UNKNOWN", "severity": "ERROR", "owner": "COUNTY", "daysToFix": 5, "weight": 1},
      {"code": "PERSON_WITHOUT_HOUSEHOLD", "severity": "ERROR", "owner": "TOWNSHIP", "daysToFix": 5, "weight": 1}]})json");
  }

  void Publish(const v1::QualityRules& rules = Rules(), const std::string& purpose = "ROUTINE") {
    policy_id_ = PolicyFixture::Publish(rules, purpose);
  }

  // What is written past all that the service enforces.
  void Spoil(const std::string& sql) { database_.Sql(sql); }
  static int64_t NumberOf(const std::string& id) { return ids::ParseRecordId(id)->number; }

  // A run that is there and that nobody has taken up.
  ids::RecordId NewRun(int64_t area = kCounty, int year = 2026) {
    store::QualityRunRecord record;
    record.id = {static_cast<int32_t>(area / 1'000'000), ids::NewRecordNumber()};
    record.area = area;
    record.year = year;
    record.pack = "ROUTINE";
    record.date = "2026-03-02";
    record.policy_id = policy_id_;
    record.subject = "registrar";
    record.create_time = clock_.Now();
    Write([&](db::Tx& tx) { store::InsertQualityRun(tx, record); });
    return record.id;
  }

  QualityRunWork Work(const ids::RecordId& id, int page = 2) {
    return {registration_,
            id,
            [this] { return clock_.Now(); },
            {},
            [](const std::string&, int64_t, int64_t) {},
            [] { return false; },
            [](db::Tx&) { return absl::OkStatus(); },
            page,
            page};
  }

  store::QualityRunRecord Ran(const ids::RecordId& id) {
    std::optional<store::QualityRunRecord> record;
    Write([&](db::Tx& tx) { record = store::LoadQualityRun(tx, id); });
    return *record;
  }
  // households / persons / new / kept / fixed
  static std::string CountsOf(const store::QualityRunRecord& run) {
    return absl::StrCat(run.household_count, "/", run.person_count, "/", run.new_count, "/", run.kept_count, "/",
                        run.fixed_count);
  }
  std::string RunOnce(int64_t area = kCounty) {
    const ids::RecordId id = NewRun(area);
    const absl::Status status = RunQuality(Work(id));
    EXPECT_TRUE(status.ok()) << status;
    return CountsOf(Ran(id));
  }

  absl::StatusOr<v1::ListQualityIssuesResponse> Issues(const std::string& filter = "", const std::string& token = "",
                                                       int page_size = 0, const std::string& page_token = "") {
    v1::ListQualityIssuesRequest request;
    request.set_area("150526000000");
    request.set_filter(filter);
    request.set_page_size(page_size);
    request.set_page_token(page_token);
    return Call(quality_, &Quality::ListQualityIssues, request, token.empty() ? Viewer() : token);
  }
  std::vector<v1::QualityIssue> IssuesIn(const std::string& filter = "") {
    auto response = Issues(filter);
    EXPECT_TRUE(response.ok()) << response.status();
    return {response->issues().begin(), response->issues().end()};
  }

  // Started by the RPC and done by a runner.
  v1::QualityRun Finished(const v1::QualityRun& started) {
    v1::GetQualityRunRequest request;
    request.set_run_id(started.run_id());
    for (int i = 0; i < 200; ++i) {
      auto run = Call(quality_, &Quality::GetQualityRun, request, Viewer(kProvince));
      EXPECT_TRUE(run.ok()) << run.status();
      if (run->operation().state() != operations::Operation::QUEUED &&
          run->operation().state() != operations::Operation::RUNNING) {
        return *run;
      }
      absl::SleepFor(absl::Milliseconds(50));
    }
    ADD_FAILURE() << "never ended";
    return {};
  }
  absl::StatusOr<v1::QualityRun> Start(const std::string& area = "150526000000", const std::string& token = "") {
    v1::StartQualityRunRequest request;
    request.set_area(area);
    request.set_year(2026);
    request.set_request_id(testing::NewRequestId());
    return Call(quality_, &Quality::StartQualityRun, request, token.empty() ? Registrar() : token);
  }

  std::string policy_id_;
  operations::Runner runner_{database_.database(), {{kQualityKind, QualityBody(registration_)}}, 1};
  QualityTables quality_tables_{registration_, dispatcher_, [this] { runner_.Wake(); }};
  testing::TestServer quality_server_{{quality_tables_.table()}};
  std::unique_ptr<Quality> quality_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_QUALITY_FIXTURE_H_
