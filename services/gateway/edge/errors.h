// Statuses to HTTP: the right status line, and a body that people and programs can use.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_ERRORS_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_ERRORS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bangfu::edge {

// The HTTP status of a refusal: by its reason where HTTP knows better than the canonical code (TOO_LARGE is 413,
// OVERLOADED 503), else by the code.
int HttpStatusOf(const absl::Status& status);

// The canonical name, such as INVALID_ARGUMENT.
absl::string_view CodeName(absl::StatusCode code);

// Makes any status fit for outside. A refusal of the suite passes as it is; anything else (a transport error, an
// exception's text) becomes the shared refusal of its code, so that no inner detail leaves.
absl::Status Presentable(const absl::Status& status, absl::string_view trace);

// {"error":{"code":400,"status":"INVALID_ARGUMENT","message":…,"reason":…,"trace":…,"details":[…]}} of a presentable
// status; fields that are wrong are named as JSON names them. `http_status` is what the status line says.
std::string ErrorBody(const absl::Status& status, int http_status, absl::string_view trace);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_ERRORS_H_
