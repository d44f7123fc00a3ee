// Pages that belong to no method: liveness, readiness, version, the OpenAPI document, the console's files.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_PAGES_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_PAGES_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "services/gateway/edge/edge_state.h"
#include "services/gateway/edge/upstream.h"
#include "services/gateway/edge/wire.h"

namespace bangfu::edge {

// Nothing if there is no page at this path.
asio::awaitable<std::optional<Answer>> FindPage(EdgeState& state, ServiceLinks& links, absl::string_view path,
                                                const Abandoned& abandoned);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_PAGES_H_
