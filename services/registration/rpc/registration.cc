#include "services/registration/rpc/registration.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "bangfu/registration/v1/bitemporal_reason.pb.h"
#include "bangfu/registration/v1/reason.pb.h"
#include "common/api/annotations.h"
#include "common/api/etag.h"
#include "common/ids/record_id.h"
#include "common/standards/area_code.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/area.h"
#include "services/registration/domain/today.h"
#include "services/registration/rpc/family_events.h"
#include "services/registration/rpc/taken_numbers.h"
#include "services/registration/store/area_store.h"
#include "services/registration/store/family_store.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/record_version.h"
#include "services/registration/store/row.h"

namespace bangfu::registration {

using domain::Family;
using status::Refuse;

int64_t AreaNumber(const std::string& code) { return standards::ParseAreaCode(code).value_or(0); }

std::string TodayOf(const rpc::Call& call) { return domain::DayOf(call.now()); }

std::string NewIdIn(absl::string_view county) {
  int32_t shard = 0;
  if (!absl::SimpleAtoi(county.substr(0, 6), &shard)) shard = 0;
  return ids::RecordId{shard, ids::NewRecordNumber()}.ToString();
}

store::Author AuthorOf(const rpc::Call& call) {
  const std::string& method = call.rule().name();
  return {call.caller().subject, method.substr(method.rfind('.') + 1), call.now()};
}

absl::StatusOr<v1::Household> LockHousehold(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                            const std::string& household_id) {
  const ids::RecordId id = store::IdOf(household_id);
  ASSIGN_OR_RETURN(auto households, store::LoadHouseholdsForUpdate(tx, registration.sealer(), {id}));
  if (households.empty()) return call.Missing(household_id, Refuse(v1::HOUSEHOLD_NOT_FOUND));
  RETURN_IF_ERROR(call.Authorise(AreaNumber(households[0].area())));
  return std::move(households[0]);
}

absl::StatusOr<std::vector<Family>> LockFamilies(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                                 const std::vector<std::string>& household_ids) {
  const int32_t shard = store::IdOf(household_ids[0]).shard;
  std::vector<ids::RecordId> ids;
  for (const std::string& household_id : household_ids) {
    ids.push_back(store::IdOf(household_id));
    if (ids.back().shard != shard) return Refuse(v1::MOVE_ACROSS_COUNTIES);
  }
  ASSIGN_OR_RETURN(const auto loaded, store::LoadFamiliesForUpdate(tx, registration.sealer(), ids));
  std::vector<Family> families;
  for (const std::string& household_id : household_ids) {
    auto found = std::find_if(loaded.begin(), loaded.end(),
                              [&](const Family& family) { return family.household.household_id() == household_id; });
    if (found == loaded.end()) return call.Missing(household_id, Refuse(v1::HOUSEHOLD_NOT_FOUND));
    RETURN_IF_ERROR(call.Authorise(AreaNumber(found->household.area())));
    families.push_back(*found);
  }
  return families;
}

absl::StatusOr<Family> LockFamily(const Registration& registration, rpc::Call& call, db::Tx& tx,
                                  const std::string& household_id) {
  ASSIGN_OR_RETURN(auto families, LockFamilies(registration, call, tx, {household_id}));
  return std::move(families[0]);
}

absl::Status CheckVillage(const rpc::Call& call, db::Tx& tx, const std::string& area) {
  return domain::CheckVillage(area, store::LoadArea(tx, AreaNumber(area)), TodayOf(call));
}

std::vector<absl::Status> CheckVillages(const std::vector<const rpc::Call*>& calls, db::Tx& tx,
                                        const std::vector<std::string>& areas, AreaLock lock) {
  std::vector<int64_t> codes;
  for (const std::string& area : areas) codes.push_back(AreaNumber(area));
  const auto villages = lock == AreaLock::kShare ? store::LoadAreasForShare(tx, codes) : store::LoadAreas(tx, codes);
  std::vector<absl::Status> checked;
  for (size_t i = 0; i < areas.size(); ++i) {
    std::optional<v1::Area> village;
    if (const auto found = villages.find(codes[i]); found != villages.end()) village = found->second;
    checked.push_back(domain::CheckVillage(areas[i], village, TodayOf(*calls[i])));
  }
  return checked;
}

absl::Status CheckVersion(const std::string& given, const std::string& record_id, const std::string& current) {
  return api::CheckEtag(given, record_id, store::VersionOf(current));
}

absl::Status SaveAndTell(const Registration& registration, db::Tx& tx, absl::Span<FamilyWrite> writes,
                         const std::string& merged_into) {
  std::vector<store::Author> authors;
  for (const FamilyWrite& write : writes) {
    for (const Family& family : write.after) {
      RETURN_IF_ERROR(write.call->Authorise(AreaNumber(family.household.area())));
    }
    authors.push_back(AuthorOf(*write.call));
    authors.back().valid_from = write.valid_from;
  }
  std::vector<store::FamilyChange> changes;
  for (size_t i = 0; i < writes.size(); ++i) {
    changes.push_back({&authors[i], &writes[i].before, &writes[i].after, &writes[i].asked});
  }
  const absl::Status saved = store::SaveFamilies(tx, registration.sealer(), changes);
  // Among several calls nobody is told yet.
  if (status::ReasonOf(saved) == "IDENTITY_NUMBER_TAKEN" && writes.size() == 1) {
    CountTakenNumbers(authors[0].method, authors[0].subject, 1);
  }
  RETURN_IF_ERROR(saved);
  for (FamilyWrite& write : writes) {
    TellOfFamilies(registration.sealer(), write.before, write.after, merged_into, write.effects);
  }
  return absl::OkStatus();
}

absl::Status SaveAndTell(const Registration& registration, rpc::Call& call, db::Tx& tx, rpc::Effects& effects,
                         const std::vector<Family>& before, std::vector<Family>* after,
                         const std::string& merged_into) {
  FamilyWrite write{&call, &effects, before, *after};
  const absl::Status saved = SaveAndTell(registration, tx, absl::MakeSpan(&write, 1), merged_into);
  *after = std::move(write.after);
  return saved;
}

absl::Status SaveAndTellFrom(const std::string& valid_from, const store::Asked& asked, const Registration& registration,
                             rpc::Call& call, db::Tx& tx, rpc::Effects& effects, const std::vector<Family>& before,
                             std::vector<Family>* after) {
  FamilyWrite write{&call, &effects, before, *after, valid_from, asked};
  const absl::Status saved = SaveAndTell(registration, tx, absl::MakeSpan(&write, 1));
  *after = std::move(write.after);
  return saved;
}

absl::Status CheckEffectiveDate(const rpc::Call& call, const std::string& effective_date) {
  return effective_date > TodayOf(call) ? Refuse(v1::EFFECTIVE_DATE_IN_FUTURE) : absl::OkStatus();
}

std::vector<std::string> FieldsAskedFor(const google::protobuf::FieldMask& mask,
                                        const google::protobuf::Message& given) {
  const google::protobuf::Descriptor& type = *given.GetDescriptor();
  std::vector<std::string> fields;
  const bool all = mask.paths_size() == 1 && mask.paths(0) == "*";
  std::vector<const google::protobuf::FieldDescriptor*> populated;
  given.GetReflection()->ListFields(given, &populated);
  for (int i = 0; i < type.field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = type.field(i);
    const auto behavior = api::AnnotationOf(*field).behavior();
    if (behavior == options::v1::OUTPUT_ONLY || behavior == options::v1::IMMUTABLE) continue;
    const bool named = std::find(mask.paths().begin(), mask.paths().end(), field->name()) != mask.paths().end();
    const bool given_by_default =
        mask.paths().empty() && std::find(populated.begin(), populated.end(), field) != populated.end();
    if (all || named || given_by_default) fields.push_back(field->name());
  }
  return fields;
}

absl::Status SaveDecided(const Registration& registration, db::Tx& tx, rpc::Effects& effects,
                         const store::Author& author, const std::vector<Family>& before, std::vector<Family>* after) {
  const store::FamilyChange change{&author, &before, after};
  RETURN_IF_ERROR(store::SaveFamilies(tx, registration.sealer(), {change}));
  TellOfFamilies(registration.sealer(), before, *after, "", &effects);
  return absl::OkStatus();
}

}  // namespace bangfu::registration
