// Whatever a service sends on its connection, no call ends twice, none is lost, and what is taken for an answer is one
// whole message. The first byte says in pieces of how many bytes the rest comes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/gateway/edge/call_session.h"

namespace {

using bangfu::edge::CallSession;
using bangfu::edge::OutcomeOf;
using bangfu::edge::RemoteCall;

constexpr size_t kPrefix = 5;
constexpr size_t kOut = 1 << 20;

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  CallSession session("localhost");
  std::vector<RemoteCall> calls(3);
  std::vector<RemoteCall*> ended;
  for (RemoteCall& call : calls) {
    call.request = std::string(kPrefix, '\0');
    Require(session.Begin("/made.Service/Ask", {}, absl::UnixEpoch(), &call));
  }
  session.Send(kOut, &ended);

  const size_t piece = data[0] == 0 ? size : data[0];
  absl::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
  for (bool sound = true; sound && !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
    sound = session.Receive(rest.substr(0, piece), &ended);
    session.Send(kOut, &ended);
  }
  for (RemoteCall& call : calls) {
    const bool open = session.open().contains(call.stream);
    Require(std::count(ended.begin(), ended.end(), &call) == (open ? 0 : 1));
    if (open) {
      session.GiveUp(&call);
      continue;
    }
    const auto outcome = OutcomeOf(call);
    if (outcome.ok()) Require(outcome->size() + kPrefix == call.answer.size());
  }
  const size_t before = ended.size();
  session.Send(kOut, &ended);
  Require(ended.size() == before && session.open().empty());
  return 0;
}
