// The dictionaries in memory: every request's codes are checked against them.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_DICTIONARY_CACHE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_DICTIONARY_CACHE_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "bangfu/registration/v1/register_service.pb.h"
#include "common/api/validate.h"
#include "common/db/database.h"

namespace bangfu::registration {

// Thread-safe. Until the first Refresh no dictionary has entries.
class DictionaryCache {
 public:
  explicit DictionaryCache(db::Database& database, std::function<absl::Time()> clock = absl::Now);
  ~DictionaryCache();

  DictionaryCache(const DictionaryCache&) = delete;
  DictionaryCache& operator=(const DictionaryCache&) = delete;

  // Loads the entries that are valid today; on failure what was loaded before stays.
  absl::Status Refresh();

  // Refreshes every minute on a thread of its own, until the destructor.
  void Start();

  // What the wrapper checks codes with; lives as long as the cache.
  const api::CodeLookup* lookup() const { return &lookup_; }

  // The same with the codes that are no longer valid: records of their time still have them, and are looked for.
  const api::CodeLookup* lookup_ever() const { return &lookup_ever_; }

  // The code itself if the dictionary does not have it.
  std::string LabelOf(absl::string_view dictionary, absl::string_view code) const;

  // All dictionaries, with the labels of the fields that take their codes.
  std::vector<v1::Dictionary> Dictionaries() const;

  // In order of code; empty if there is no such dictionary.
  std::vector<v1::DictionaryEntry> EntriesOf(const std::string& dictionary) const;

 private:
  struct Snapshot {
    std::map<std::string, std::vector<v1::DictionaryEntry>> entries;
    absl::flat_hash_map<std::string, std::string> labels;  // by dictionary and code
    absl::flat_hash_set<std::string> ever;                 // the same keys, with those of codes that have ended
  };
  std::shared_ptr<const Snapshot> Current() const;
  void Run();

  db::Database& database_;
  const std::function<absl::Time()> clock_;
  const api::CodeLookup lookup_;
  const api::CodeLookup lookup_ever_;
  mutable std::mutex mutex_;  // guards snapshot_ and stopping_
  std::shared_ptr<const Snapshot> snapshot_;
  bool stopping_ = false;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_DICTIONARY_CACHE_H_
