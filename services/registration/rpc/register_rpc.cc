#include "services/registration/rpc/register_rpc.h"

#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/rpc/instants_of.h"
#include "services/registration/store/dictionary_store.h"
#include "services/registration/store/population_store.h"
#include "services/registration/store/summary_store.h"

namespace bangfu::registration {
namespace {

// The same predicates by which the counts are kept (household_store.cc), as filters of ListHouseholds and ListMembers.
constexpr char kRegistered[] = "state = ACTIVE";
constexpr char kPresent[] = "state = PRESENT";
constexpr char kExited[] = "state = ACTIVE AND exit_flag = \"1\"";
constexpr char kExitedPersons[] = "state = PRESENT AND household_exit_flag = \"1\"";

void SetFiltersOf(v1::RegisterCounts* counts) {
  counts->set_household_filter(kRegistered);
  counts->set_exited_household_filter(kExited);
  counts->set_person_filter(kPresent);
  counts->set_exited_person_filter(kExitedPersons);
}

}  // namespace

void SetFilters(v1::RegisterStatistics* statistics) {
  SetFiltersOf(statistics->mutable_total());
  for (v1::RegisterCounts& part : *statistics->mutable_parts()) SetFiltersOf(&part);
}

absl::StatusOr<v1::RegisterStatistics> RegisterRpc::GetRegisterStatistics(
    rpc::Call& call, const v1::GetRegisterStatisticsRequest& request) {
  const int64_t area = AreaNumber(request.area());
  RETURN_IF_ERROR(call.Authorise(area));
  ASSIGN_OR_RETURN(const store::Instants instants, InstantsOf(registration_, call, request));
  return registration_.database().Read(call.bounds(), [&](db::Tx& tx) -> absl::StatusOr<v1::RegisterStatistics> {
    ASSIGN_OR_RETURN(v1::RegisterStatistics statistics,
                     instants.AreNow() ? store::LoadStatistics(tx, area) : store::LoadStatisticsAt(tx, area, instants));
    SetFilters(&statistics);
    return statistics;
  });
}

absl::StatusOr<v1::ListDictionariesResponse> RegisterRpc::ListDictionaries(rpc::Call& call,
                                                                           const v1::ListDictionariesRequest& request) {
  const auto dictionaries = registration_.dictionaries->Dictionaries();
  v1::ListDictionariesResponse response;
  response.mutable_dictionaries()->Assign(dictionaries.begin(), dictionaries.end());
  return response;
}

absl::StatusOr<v1::ListDictionaryEntriesResponse> RegisterRpc::ListDictionaryEntries(
    rpc::Call& call, const v1::ListDictionaryEntriesRequest& request) {
  std::vector<v1::DictionaryEntry> entries;
  if (request.all_times()) {
    RETURN_IF_ERROR(registration_.database().Read(call.bounds(), [&](db::Tx& tx) {
      entries = store::LoadDictionary(tx, request.dictionary());
      return absl::OkStatus();
    }));
  } else {
    entries = registration_.dictionaries->EntriesOf(request.dictionary());
  }
  if (entries.empty()) return status::Refuse(status::Reason::NOT_FOUND);
  v1::ListDictionaryEntriesResponse response;
  response.mutable_entries()->Assign(entries.begin(), entries.end());
  return response;
}

}  // namespace bangfu::registration
