// The OpenAPI 3.1 document of all routes, from the same descriptors and options that the entry itself runs on.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_OPENAPI_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_OPENAPI_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/gateway/edge/route_table.h"

namespace bangfu::edge {

// Chinese titles come from labels and titles; reasons of refusal, per service, are in x-error-reasons.
std::string OpenApiDocument(const RouteTable& routes, absl::string_view version);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_OPENAPI_H_
