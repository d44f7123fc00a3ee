// What all connections share.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_EDGE_STATE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_EDGE_STATE_H_

#include <atomic>
#include <string>
#include <utility>

#include "services/gateway/edge/admission.h"
#include "services/gateway/edge/edge_options.h"
#include "services/gateway/edge/gzip.h"
#include "services/gateway/edge/method_catalogue.h"
#include "services/gateway/edge/route_table.h"
#include "services/gateway/edge/upstream.h"

namespace bangfu::edge {

struct EdgeState {
  EdgeState(EdgeOptions given, MethodCatalogue methods, RouteTable table, std::string openapi_json,
            std::string openapi_tag)
      : options(std::move(given)),
        catalogue(std::move(methods)),
        routes(std::move(table)),
        upstreams(options.upstreams),
        admission(options.admission),
        openapi(std::move(openapi_json)),
        openapi_compressed(Gzip(openapi).value_or("")),
        openapi_etag(std::move(openapi_tag)) {}

  const EdgeOptions options;
  const MethodCatalogue catalogue;
  const RouteTable routes;
  const Upstreams upstreams;
  Admission admission;
  const std::string openapi;
  const std::string openapi_compressed;  // by gzip; empty if that failed
  const std::string openapi_etag;
  std::atomic<bool> draining{false};  // finish what is under way, take no more
  std::atomic<bool> aborting{false};  // end what is under way
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_EDGE_STATE_H_
