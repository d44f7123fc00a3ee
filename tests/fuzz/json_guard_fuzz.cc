// What the guard lets through is JSON for another parser, too; and what becomes a message becomes the same message in
// protobuf's own parser: ours is stricter, never laxer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "bangfu/registration/v1/household_service.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "nlohmann/json.hpp"
#include "services/gateway/edge/json_guard.h"
#include "services/gateway/edge/json_reader.h"

namespace {

using Message = bangfu::registration::v1::UpdateHouseholdRequest;

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const bool sound = bangfu::edge::CheckJson(text).ok();
  // Numbers that no double holds are sound JSON, which that parser refuses.
  if (sound && text.find_first_of("eE") == std::string::npos) Require(nlohmann::json::accept(text));

  Message ours;
  if (!bangfu::edge::ReadJson(text, &ours).ok()) return 0;
  Require(sound);
  Message theirs;
  Require(google::protobuf::util::JsonStringToMessage(text, &theirs).ok());
  Require(google::protobuf::util::MessageDifferencer::Equals(ours, theirs));
  return 0;
}
