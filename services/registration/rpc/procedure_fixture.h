// For tests: procedures under step lists that are in force, taken through ProcedureService. The kinds of procedures are
// added to `host_` by the fixtures that extend this one.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_PROCEDURE_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_PROCEDURE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>

#include "bangfu/procedure/v1/procedure_service.grpc.pb.h"
#include "common/procedure/procedure_rpc.h"
#include "services/registration/rpc/policy_fixture.h"

namespace bangfu::registration {

class ProcedureFixture : public PolicyFixture {
 protected:
  using Procedures = procedure::v1::ProcedureService::Stub;
  using Running = procedure::v1::Procedure;

  ProcedureFixture() {
    host_.write = registration_.write;
    host_.page_tokens = &page_tokens_;
    host_.policies = &policies_;
    procedures_ = procedure::v1::ProcedureService::NewStub(procedure_server_.channel());
  }

  Running ProcedureOf(const std::string& procedure_id) {
    procedure::v1::GetProcedureRequest request;
    request.set_service("registration");
    request.set_procedure_id(procedure_id);
    auto found = Call(procedures_, &Procedures::GetProcedure, request, Viewer());
    EXPECT_TRUE(found.ok()) << found.status();
    return *found;
  }

  // Acts in the step in which the procedure was seen last: OK and what comes of it, or the reason of the refusal.
  std::string Act(Running* seen, procedure::v1::Action action, const std::string& token) {
    action.set_step(seen->step());
    procedure::v1::ActOnProcedureRequest request;
    request.set_service("registration");
    request.set_procedure_id(seen->procedure_id());
    request.set_etag(seen->etag());
    *request.mutable_action() = std::move(action);
    request.set_request_id(testing::NewRequestId());
    auto answer = Call(procedures_, &Procedures::ActOnProcedure, request, token);
    if (!answer.ok()) return ReasonOf(answer);
    *seen = *std::move(answer);
    return "OK";
  }
  std::string Act(const std::string& procedure_id, procedure::v1::Action action, const std::string& token) {
    Running seen = ProcedureOf(procedure_id);
    return Act(&seen, std::move(action), token);
  }

  static procedure::v1::Action Approval() {
    procedure::v1::Action action;
    action.mutable_approve();
    return action;
  }

  // What the system gives to print.
  procedure::v1::NoticeText NoticeOf(const std::string& procedure_id, const std::string& token) {
    procedure::v1::GetNoticeTextRequest request;
    request.set_service("registration");
    request.set_procedure_id(procedure_id);
    auto text = Call(procedures_, &Procedures::GetNoticeText, request, token);
    EXPECT_TRUE(text.ok()) << text.status();
    return *text;
  }

  // Posts it; the text.
  std::string PostNotice(Running* seen, const std::string& token) {
    const procedure::v1::NoticeText notice = NoticeOf(seen->procedure_id(), token);
    procedure::v1::Action action;
    action.mutable_post_notice()->set_from_date(notice.from_date());
    action.mutable_post_notice()->set_text_sha256(notice.text_sha256());
    EXPECT_EQ(Act(seen, action, token), "OK");
    return notice.text();
  }

  void PassDays(int days) { clock_.Advance(absl::Hours(24 * days)); }

  procedure::ProcedureHost host_;
  procedure::ProcedureRpc procedure_rpc_{host_};
  std::unique_ptr<rpc::ServiceTable> procedure_table_ = procedure_rpc_.Table(dispatcher_);
  testing::TestServer procedure_server_{{procedure_table_.get()}};
  std::unique_ptr<Procedures> procedures_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_PROCEDURE_FIXTURE_H_
