#include "common/rpc/denials.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "common/rpc/effects.h"

namespace bangfu::rpc {
namespace {

// After a connection lost in COMMIT the records are written again: twice is better than never.
absl::StatusOr<std::vector<std::monostate>> Append(db::Tx& tx, absl::Span<const std::string> bodies) {
  AppendAudits(tx, bodies);
  return std::vector<std::monostate>(bodies.size());
}

// Whose records wait together: a negative key, as of all work without an area.
int64_t KeyOf(const audit::v1::AuditRecord& record) {
  return -1 - static_cast<int64_t>(std::hash<std::string>()(record.subject() + record.source()) >> 1);
}

}  // namespace

Denials::Denials(db::Database& database, const DenialBounds& bounds)
    : bounds_(bounds),
      unaudited_series_("rpc_denials_not_audited_total", "Denials that left no audit record: too many, or no database"),
      records_(database, Append, {.name = "denials", .batches = 1, .queue_bound = bounds.queue}),
      thread_([this] { Work(); }) {}

Denials::~Denials() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  std::lock_guard lock(mutex_);
  Sweep(absl::InfiniteFuture(), absl::Now());
}

void Denials::Add(const audit::v1::AuditRecord& record) {
  std::lock_guard lock(mutex_);
  audit::v1::AuditRecord kept = record;
  bool first = false;
  const auto found = Place(&kept, absl::Now(), &first);
  if (first) return Write(kept);
  Count(kept, &found->second);
}

std::map<Denials::Kind, Denials::Repeats>::iterator Denials::Place(audit::v1::AuditRecord* record, absl::Time now,
                                                                   bool* first) {
  Kind kind{record->result(), record->detail(), record->method(), record->subject(), record->source()};
  if (kinds_.size() >= bounds_.kinds && !kinds_.contains(kind)) {
    record->clear_method();
    record->clear_subject();
    record->clear_session();
    record->clear_source();
    record->clear_objects();
    record->clear_area();
    kind = {record->result(), record->detail(), "", "", ""};
  }
  const auto [found, added] = kinds_.try_emplace(std::move(kind), Repeats{now, {}});
  *first = added;
  return found;
}

void Denials::Count(const audit::v1::AuditRecord& record, Repeats* repeats) const {
  audit::v1::AuditRecord next = record;
  const audit::v1::AuditRecord& before = repeats->record;
  next.set_repeat_count(before.repeat_count() + 1);
  if (before.repeat_count() > 0) {
    *next.mutable_objects() = before.objects();
    for (const std::string& object : record.objects()) {
      const bool named = std::find(before.objects().begin(), before.objects().end(), object) != before.objects().end();
      if (!named && next.objects_size() < bounds_.objects) next.add_objects(object);
    }
    if (before.area() != record.area()) next.clear_area();
  }
  repeats->record = std::move(next);
}

void Denials::Work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, absl::ToChronoMilliseconds(bounds_.window / 4), [&] { return stopping_; });
    const absl::Time now = absl::Now();
    Sweep(now - bounds_.window, now);
  }
}

void Denials::Sweep(absl::Time until, absl::Time now) {
  for (auto next = kinds_.begin(); next != kinds_.end();) {
    auto& [begun, record] = next->second;
    if (begun > until) {
      ++next;
    } else if (record.repeat_count() == 0) {
      next = kinds_.erase(next);
    } else {
      // A kind that goes on stays known, so that a flood without end is one record a window.
      Write(record);
      next->second = {now, {}};
      ++next;
    }
  }
}

void Denials::Write(const audit::v1::AuditRecord& record) {
  const double count = static_cast<double>(std::max<int64_t>(1, record.repeat_count()));
  records_.Add({.key = KeyOf(record)}, record.SerializeAsString(),
               [this, count](const absl::StatusOr<std::monostate>& written) {
                 if (!written.ok()) unaudited_series_.Add(count);
               });
}

}  // namespace bangfu::rpc
