#include "services/gateway/edge/pages.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health_service.pb.h"
#include "services/gateway/edge/errors.h"
#include "services/gateway/edge/json_writer.h"
#include "services/gateway/edge/trace.h"

namespace bangfu::edge {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr char kText[] = "text/plain; charset=utf-8";
constexpr char kJson[] = "application/json; charset=utf-8";
constexpr absl::Duration kProbeTime = absl::Seconds(2);

Answer Page(int status, std::string content_type, std::string body) {
  return {status, std::move(content_type), std::move(body), {{"Cache-Control", "no-store"}}};
}

// One line for each service; ready if all of them serve.
asio::awaitable<Answer> Readiness(EdgeState& state, ServiceLinks& links, const Abandoned& abandoned) {
  bool ready = !state.draining;
  std::string lines = absl::StrCat("gateway ", ready ? "ok" : "draining", "\n");
  for (const auto& [name, upstream] : state.upstreams.all()) {
    const CallTerms terms{"", TraceParent(NewTraceId()), absl::Now() + kProbeTime};
    const HealthCheckRequest request;
    HealthCheckResponse answer;
    absl::Status status =
        co_await links.Of(*upstream).Call("/grpc.health.v1.Health/Check", terms, request, &answer, abandoned);
    bool serving = status.ok() && answer.status() == HealthCheckResponse::SERVING;
    absl::StrAppend(&lines, name, " ", serving ? "ok" : status.ok() ? "not serving" : CodeName(status.code()), "\n");
    ready = ready && serving;
  }
  co_return Page(ready ? 200 : 503, kText, lines);
}

}  // namespace

asio::awaitable<std::optional<Answer>> FindPage(EdgeState& state, ServiceLinks& links, absl::string_view path,
                                                const Abandoned& abandoned) {
  if (path == "/healthz") co_return Page(200, kText, "ok\n");
  if (path == "/readyz") co_return co_await Readiness(state, links, abandoned);
  if (path == "/version") {
    std::string body = "{\"version\":";
    WriteJsonString(state.options.version, &body);
    co_return Page(200, kJson, body + "}\n");
  }
  if (path == "/openapi.json") {
    co_return Answer{200,
                     kJson,
                     state.openapi,
                     {{"Cache-Control", "no-cache"}, {"ETag", state.openapi_etag}},
                     state.openapi_compressed};
  }
  if (state.options.page) co_return state.options.page(path);
  co_return std::nullopt;
}

}  // namespace bangfu::edge
