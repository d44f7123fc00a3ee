// bangfu.registration.v1.PublishedFigureService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_PUBLISHED_FIGURE_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_PUBLISHED_FIGURE_RPC_H_

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/published_figure_service.pb.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class PublishedFigureRpc {
 public:
  explicit PublishedFigureRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::PublishedFigure> RecordPublishedFigure(rpc::Call& call,
                                                            const v1::RecordPublishedFigureRequest& request);
  absl::StatusOr<v1::ListPublishedFiguresResponse> ListPublishedFigures(rpc::Call& call,
                                                                        const v1::ListPublishedFiguresRequest& request);
  absl::StatusOr<v1::PublishedBalance> GetPublishedBalance(rpc::Call& call,
                                                           const v1::GetPublishedBalanceRequest& request);

 private:
  const Registration& registration_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_PUBLISHED_FIGURE_RPC_H_
