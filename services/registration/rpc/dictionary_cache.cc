#include "services/registration/rpc/dictionary_cache.h"

#include <chrono>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bangfu/options/v1/options.pb.h"
#include "bangfu/registration/v1/household_service.pb.h"
#include "bangfu/registration/v1/identification.pb.h"
#include "bangfu/registration/v1/member_service.pb.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "common/log/log.h"
#include "common/status/refusal.h"
#include "services/registration/domain/today.h"
#include "services/registration/store/dictionary_store.h"

namespace bangfu::registration {
namespace {

constexpr auto kInterval = std::chrono::seconds(60);
// While nothing could be loaded at all.
constexpr auto kFirstInterval = std::chrono::seconds(2);
constexpr absl::Duration kLoadLimit = absl::Seconds(10);

std::string KeyOf(absl::string_view dictionary, absl::string_view code) { return absl::StrCat(dictionary, "\n", code); }

// By dictionary, what the fields of the register's records that take its codes are called.
std::map<std::string, std::set<std::string>> FieldLabels() {
  std::map<std::string, std::set<std::string>> labels;
  for (const google::protobuf::FileDescriptor* file :
       {v1::Household::descriptor()->file(), v1::Member::descriptor()->file(), v1::Income::descriptor()->file(),
        v1::MoveMemberRequest::descriptor()->file(), v1::ArchiveHouseholdRequest::descriptor()->file(),
        v1::RegisterCase::descriptor()->file()}) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      for (int j = 0; j < file->message_type(i)->field_count(); ++j) {
        const options::v1::Field& field = file->message_type(i)->field(j)->options().GetExtension(options::v1::field);
        if (!field.dictionary().empty()) labels[field.dictionary()].insert(field.label());
      }
    }
  }
  return labels;
}

}  // namespace

DictionaryCache::DictionaryCache(db::Database& database, std::function<absl::Time()> clock)
    : database_(database),
      clock_(std::move(clock)),
      lookup_([this](absl::string_view dictionary, absl::string_view code) {
        return Current()->labels.contains(KeyOf(dictionary, code));
      }),
      lookup_ever_([this](absl::string_view dictionary, absl::string_view code) {
        return Current()->ever.contains(KeyOf(dictionary, code));
      }),
      snapshot_(std::make_shared<Snapshot>()) {}

DictionaryCache::~DictionaryCache() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

absl::Status DictionaryCache::Refresh() {
  auto fresh = std::make_shared<Snapshot>();
  const std::string today = domain::DayOf(clock_());
  absl::Status loaded = database_.Read({absl::Now() + kLoadLimit}, [&](db::Tx& tx) {
    fresh->entries = store::LoadDictionaries(tx, today);
    for (const auto& [dictionary, code] : store::LoadCodes(tx)) fresh->ever.insert(KeyOf(dictionary, code));
    return absl::OkStatus();
  });
  if (!loaded.ok()) return loaded;
  for (const auto& [dictionary, entries] : fresh->entries) {
    for (const v1::DictionaryEntry& entry : entries) fresh->labels[KeyOf(dictionary, entry.code())] = entry.label();
  }
  std::lock_guard lock(mutex_);
  snapshot_ = std::move(fresh);
  return absl::OkStatus();
}

void DictionaryCache::Start() {
  thread_ = std::thread([this] { Run(); });
}

void DictionaryCache::Run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, snapshot_->entries.empty() ? kFirstInterval : kInterval, [this] { return stopping_; })) {
    lock.unlock();
    absl::Status refreshed = Refresh();
    if (!refreshed.ok()) log::Warning("dictionaries_not_refreshed", {{"reason", status::ReasonOf(refreshed)}});
    lock.lock();
  }
}

std::shared_ptr<const DictionaryCache::Snapshot> DictionaryCache::Current() const {
  std::lock_guard lock(mutex_);
  return snapshot_;
}

std::string DictionaryCache::LabelOf(absl::string_view dictionary, absl::string_view code) const {
  const auto snapshot = Current();
  const auto found = snapshot->labels.find(KeyOf(dictionary, code));
  return found == snapshot->labels.end() ? std::string(code) : found->second;
}

std::vector<v1::Dictionary> DictionaryCache::Dictionaries() const {
  static const auto& labels = *new std::map<std::string, std::set<std::string>>(FieldLabels());
  std::vector<v1::Dictionary> dictionaries;
  for (const auto& [name, entries] : Current()->entries) {
    v1::Dictionary& dictionary = dictionaries.emplace_back();
    dictionary.set_dictionary(name);
    dictionary.set_entry_count(static_cast<int32_t>(entries.size()));
    const auto found = labels.find(name);
    if (found == labels.end()) continue;
    for (const std::string& label : found->second) dictionary.add_field_labels(label);
  }
  return dictionaries;
}

std::vector<v1::DictionaryEntry> DictionaryCache::EntriesOf(const std::string& dictionary) const {
  const auto snapshot = Current();
  const auto found = snapshot->entries.find(dictionary);
  return found == snapshot->entries.end() ? std::vector<v1::DictionaryEntry>() : found->second;
}

}  // namespace bangfu::registration
