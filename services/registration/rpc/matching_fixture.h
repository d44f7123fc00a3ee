// For tests: comparisons under rules that are in force, with a runner that does the work.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_MATCHING_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_MATCHING_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "bangfu/registration/v1/matching_service.grpc.pb.h"
#include "bangfu/registration/v1/reconciliation_service.grpc.pb.h"
#include "common/status/grpc_status.h"
#include "google/protobuf/text_format.h"
#include "services/registration/rpc/matching_rpc.h"
#include "services/registration/rpc/policy_fixture.h"

namespace bangfu::registration {

class MatchingFixture : public PolicyFixture {
 protected:
  using Matching = v1::MatchingService::Stub;
  using Reconciling = v1::ReconciliationService::Stub;
  using Hit = v1::MatchHit;
  using Row = std::vector<std::string>;

  MatchingFixture()
      : matching_(v1::MatchingService::NewStub(matching_server_.channel())),
        reconciling_(v1::ReconciliationService::NewStub(matching_server_.channel())) {
    Publish(FromText<v1::MatchingPurposes>(R"(
      purposes { code: "IDENTIFY" label: "识别核对" legal_basis: "同意" kinds: [VEHICLES, BANK] retention_days: 30 }
      purposes { code: "UPKEEP" label: "动态核对" legal_basis: "法定职责" kinds: [DEATHS, SCHOOL_ROLL, INSURANCE]
                 statutory_basis_suffices: true retention_days: 30 })"));
    Publish(FromText<v1::MatchingRules>(R"(
      rules { kind: VEHICLES verify_days: 10
              bands { items: "01" least_fen: 5000000 severity: SERIOUS veto: true } bands { severity: NOTICE } }
      rules { kind: BANK verify_days: 10 bands { least_fen: 10000000 severity: SERIOUS } }
      rules { kind: DEATHS verify_days: 10 bands { severity: SERIOUS } }
      rules { kind: INSURANCE absence: true verify_days: 10 bands { severity: NOTICE } })"));
    Publish(FromText<v1::ReconciliationRules>(R"(share_hundredths: 2500 least_per_village: 2
                                        fields: [MEMBER_COUNT, EXIT_FLAG, MAIN_CAUSE] fix_days: 30)"));
  }

  template <typename Message>
  static Message FromText(const std::string& text) {
    Message message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
    return message;
  }

  std::string Department(const std::string& subject = "car-office") {
    auth::Caller caller;
    caller.subject = subject;
    caller.session = subject;
    caller.department = "车管所";
    caller.purposes = {"识别核对"};
    caller.grants.push_back({options::v1::DEPARTMENT, {auth::RangeOf(kCounty)}});
    return *issuer_.Issue(caller, clock_.Now());
  }

  absl::StatusOr<v1::MatchList> Begin(v1::MatchList::Kind kind, const std::string& purpose, const std::string& token) {
    v1::CreateMatchListRequest request;
    request.mutable_list()->set_area(std::to_string(kCounty));
    request.mutable_list()->set_kind(kind);
    request.mutable_list()->set_purpose(purpose);
    request.mutable_list()->set_department("车管所");
    request.mutable_list()->set_as_of("2026-03-01");
    request.set_request_id(testing::NewRequestId());
    return Call(matching_, &Matching::CreateMatchList, request, token);
  }

  // Rows of identity number, item, value and date.
  absl::StatusOr<v1::MatchPart> Submit(const std::string& list_id, int number, const std::vector<Row>& rows,
                                       const std::string& token) {
    v1::SubmitMatchBatchRequest request;
    request.set_list_id(list_id);
    request.set_number(number);
    for (const Row& cells : rows) {
      auto* row = request.add_rows();
      row->set_id_number(cells[0]);
      if (cells.size() > 1) row->set_item(cells[1]);
      if (cells.size() > 2) row->set_value(cells[2]);
      if (cells.size() > 3) row->set_date(cells[3]);
    }
    request.set_request_id(testing::NewRequestId());
    return Call(matching_, &Matching::SubmitMatchBatch, request, token);
  }

  absl::StatusOr<v1::MatchPart> Upload(const std::string& list_id, const std::string& bytes, const std::string& token) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
    v1::MatchPart part;
    auto writer = matching_->UploadMatchFile(&context, &part);
    v1::UploadMatchFileRequest portion;
    portion.set_list_id(list_id);
    portion.set_file_name("list.csv");
    for (size_t at = 0; at < bytes.size() || at == 0; at += 37) {
      portion.mutable_content()->set_data(bytes.substr(at, 37));
      if (!writer->Write(portion)) break;
      portion.Clear();
    }
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (!status.ok()) return status::FromGrpc(status);
    return part;
  }

  absl::StatusOr<v1::MatchList> Close(const std::string& list_id, const std::string& token) {
    v1::CloseMatchListRequest request;
    request.set_list_id(list_id);
    request.set_request_id(testing::NewRequestId());
    return Call(matching_, &Matching::CloseMatchList, request, token);
  }

  absl::StatusOr<v1::MatchRun> Start(const std::string& list_id, const std::string& token) {
    v1::StartMatchRunRequest request;
    request.set_list_id(list_id);
    request.set_request_id(testing::NewRequestId());
    return Call(matching_, &Matching::StartMatchRun, request, token);
  }

  absl::StatusOr<v1::MatchRun> GetRun(const std::string& run_id, const std::string& token) {
    v1::GetMatchRunRequest request;
    request.set_run_id(run_id);
    return Call(matching_, &Matching::GetMatchRun, request, token);
  }

  // A list of these rows, compared.
  v1::MatchRun Compared(v1::MatchList::Kind kind, const std::string& purpose, const std::vector<Row>& rows) {
    auto list = Begin(kind, purpose, Registrar());
    EXPECT_TRUE(list.ok()) << list.status();
    EXPECT_TRUE(Submit(list->list_id(), 1, rows, Registrar()).ok());
    EXPECT_TRUE(Close(list->list_id(), Registrar()).ok());
    return Finished(list->list_id());
  }
  v1::MatchRun Finished(const std::string& list_id) {
    auto run = Start(list_id, Reviewer());
    EXPECT_TRUE(run.ok()) << run.status();
    for (int i = 0; run.ok() && i < 300; ++i) {
      run = GetRun(run->run_id(), Reviewer());
      if (run->operation().state() == operations::Operation::SUCCEEDED) return *run;
      absl::SleepFor(absl::Milliseconds(20));
    }
    ADD_FAILURE() << "the run never ended";
    return {};
  }

  absl::StatusOr<v1::MatchAuthorisation> AuthoriseFor(const v1::Household& household,
                                                      const std::vector<v1::MatchList::Kind>& kinds) {
    v1::CreateMatchAuthorisationRequest request;
    request.set_household_id(household.household_id());
    auto* given = request.mutable_authorisation();
    for (const auto kind : kinds) given->add_kinds(kind);
    given->set_signer_member_id(MembersOf(household.household_id())[0].member_id());
    given->set_sign_date("2026-03-01");
    given->set_expire_date("2027-03-01");
    given->set_paper_sha256(std::string(64, 'a'));
    request.set_request_id(testing::NewRequestId());
    return Call(matching_, &Matching::CreateMatchAuthorisation, request, Registrar());
  }

  std::vector<Hit> Hits(const v1::ListMatchHitsRequest& request = {}) {
    auto listed = Call(matching_, &Matching::ListMatchHits, request, Viewer());
    EXPECT_TRUE(listed.ok()) << listed.status();
    return {listed->hits().begin(), listed->hits().end()};
  }

  operations::Runner runner_{database_.database(), {{kMatchingKind, MatchingBody(registration_)}}, 1};
  MatchingTables matching_tables_{registration_, dispatcher_, [this] { runner_.Wake(); }};
  testing::TestServer matching_server_{matching_tables_.all()};
  std::unique_ptr<Matching> matching_;
  std::unique_ptr<Reconciling> reconciling_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_MATCHING_FIXTURE_H_
