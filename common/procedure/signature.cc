// Signatures by post and level.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "bangfu/procedure/v1/reason.pb.h"
#include "common/procedure/turn.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"

namespace bangfu::procedure {

using status::Refuse;
using v1::SignatureSlot;

namespace {

int Wanted(const SignatureSlot& slot) { return std::max(1, slot.count()); }

int Signed(const StepProgress& progress, const SignatureSlot& slot) {
  const auto& signatures = progress.signatures();
  return static_cast<int>(std::count_if(signatures.begin(), signatures.end(), [&](const v1::Signature& signature) {
    return signature.slot() == slot.key();
  }));
}

const SignatureSlot* FindSlot(const StepDefinition& step, const std::string& key) {
  for (const SignatureSlot& slot : step.signatures().slots()) {
    if (slot.key() == key) return &slot;
  }
  return nullptr;
}

absl::StatusOr<const SignatureSlot*> SlotOf(const Turn& turn) {
  if (!turn.step.has_signatures()) return RefuseAction(turn.step, "签字");
  const SignatureSlot* slot = FindSlot(turn.step, turn.action.sign().slot());
  if (slot == nullptr) return Refuse(v1::SLOT_UNKNOWN, {{"slot", turn.action.sign().slot()}});
  return slot;
}

absl::Status CheckOrder(const Turn& turn, const SignatureSlot& slot) {
  if (!turn.step.signatures().ordered()) return absl::OkStatus();
  for (const SignatureSlot& before : turn.step.signatures().slots()) {
    if (before.key() == slot.key()) break;
    const int given = Signed(turn.progress(), before);
    if (given < Wanted(before)) {
      return Refuse(
          v1::SIGNATURE_OUT_OF_ORDER,
          {{"post", before.title()}, {"signed", absl::StrCat(given)}, {"count", absl::StrCat(Wanted(before))}});
    }
  }
  return absl::OkStatus();
}

// A sheet may be handed in for many; an account signs once, and so does a name.
bool HasSigned(const Turn& turn, const SignatureSlot& slot) {
  const auto& signatures = turn.progress().signatures();
  return std::any_of(signatures.begin(), signatures.end(), [&](const v1::Signature& signature) {
    if (signature.signer_name() == turn.action.sign().signer_name()) return true;
    const SignatureSlot* other = FindSlot(turn.step, signature.slot());
    return !slot.on_paper() && !other->on_paper() && signature.account() == turn.actor.account;
  });
}

}  // namespace

absl::StatusOr<Right> RightToSign(const Turn& turn) {
  ASSIGN_OR_RETURN(const SignatureSlot* slot, SlotOf(turn));
  const int64_t area = *standards::ParseAreaCode(turn.procedure.area());
  const auto right = FindRight(turn.actor, slot->roles(), slot->level(), /*or_above=*/false, area);
  if (right) return *right;
  return Refuse(v1::NOT_YOUR_STEP,
                {{"step", slot->title()}, {"level", LevelName(slot->level())}, {"roles", RoleNames(slot->roles())}});
}

absl::Status TakeSignature(const Turn& turn) {
  ASSIGN_OR_RETURN(const SignatureSlot* slot, SlotOf(turn));
  RETURN_IF_ERROR(CheckOrder(turn, *slot));
  if (HasSigned(turn, *slot)) return Refuse(v1::SIGNED_ALREADY);
  if (Signed(turn.progress(), *slot) >= Wanted(*slot)) {
    return Refuse(v1::SLOT_FULL, {{"post", slot->title()}, {"count", absl::StrCat(Wanted(*slot))}});
  }
  if (slot->on_paper() && turn.action.evidence().empty()) {
    return Refuse(v1::EVIDENCE_MISSING, {{"detail", absl::StrCat(slot->title(), " 的签字页")}});
  }
  v1::Signature& signature = *turn.progress().add_signatures();
  signature.set_slot(slot->key());
  signature.set_account(turn.actor.account);
  signature.set_signer_name(turn.action.sign().signer_name());
  SetTime(turn.now, signature.mutable_time());
  return absl::OkStatus();
}

void AddSignatureLacks(const StepDefinition& step, const Procedure& procedure, std::vector<Lack>* lacks) {
  std::vector<const SignatureSlot*> open;
  std::vector<std::string> details;
  for (const SignatureSlot& slot : step.signatures().slots()) {
    const int given = Signed(CurrentProgress(procedure), slot);
    if (given >= Wanted(slot)) continue;
    open.push_back(&slot);
    details.push_back(absl::StrCat(slot.title(), " ", given, "/", Wanted(slot)));
  }
  if (open.empty()) return;
  if (step.signatures().ordered()) open = {open.front()};
  const absl::Status refusal = Refuse(v1::SIGNATURES_MISSING, {{"detail", absl::StrJoin(details, "; ")}});
  for (const SignatureSlot* slot : open) lacks->push_back({refusal, slot->level(), slot->roles()});
}

}  // namespace bangfu::procedure
