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

// Whose records wait together: a negative key, as of all work without an area. Addresses can be had in any number, so
// all that come without a token share what one caller may hold.
int64_t KeyOf(const audit::v1::AuditRecord& record, Asker asker) {
  if (asker == Asker::kAnybody) return -1;
  return -2 - static_cast<int64_t>(std::hash<std::string>()(record.subject()) >> 2);
}

// The part of a kind that says whose it is.
const std::string& CallerIn(const auto& kind, Asker asker) {
  return asker == Asker::kKnown ? std::get<3>(kind) : std::get<4>(kind);
}

void ClearWhatDiffers(const audit::v1::AuditRecord& before, audit::v1::AuditRecord* next) {
  if (before.detail() != next->detail()) next->clear_detail();
  if (before.method() != next->method()) next->clear_method();
  if (before.subject() != next->subject()) next->clear_subject();
  if (before.session() != next->session()) next->clear_session();
  if (before.source() != next->source()) next->clear_source();
  if (before.area() != next->area()) next->clear_area();
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

void Denials::Add(const audit::v1::AuditRecord& record, Asker asker) {
  std::lock_guard lock(mutex_);
  const absl::Time now = absl::Now();
  Table& table = TableOf(asker);
  const Kind kind = KindOf(table, record, asker);
  const auto [found, added] = table.kinds.try_emplace(kind, Repeats{now, {}});
  if (added) {
    ++table.kinds_of[CallerIn(kind, asker)];
    if (TakeFirst(table, now)) return Write(record, asker);
  }
  Count(record, &found->second);
}

Denials::Kind Denials::KindOf(const Table& table, const audit::v1::AuditRecord& record, Asker asker) const {
  const bool known = asker == Asker::kKnown;
  Kind kind{record.result(), record.detail(), known ? record.method() : "", record.subject(), record.source()};
  if (table.kinds.contains(kind)) return kind;
  const bool room = table.kinds.size() < bounds_.kinds;
  const auto own = table.kinds_of.find(CallerIn(kind, asker));
  if (room && (own == table.kinds_of.end() || own->second < bounds_.kinds_per_caller)) return kind;
  if (known) return {record.result(), "", "", record.subject(), ""};
  kind = {record.result(), "", "", "", record.source()};
  if (room || table.kinds.contains(kind)) return kind;
  return {record.result(), "", "", "", ""};
}

bool Denials::TakeFirst(Table& table, absl::Time now) const {
  if (now - table.firsts_since >= bounds_.window) {
    table.firsts = 0;
    table.firsts_since = now;
  }
  if (table.firsts >= bounds_.firsts) return false;
  ++table.firsts;
  return true;
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
    ClearWhatDiffers(before, &next);
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
  for (Asker asker : {Asker::kKnown, Asker::kAnybody}) SweepTable(asker, until, now);
}

void Denials::SweepTable(Asker asker, absl::Time until, absl::Time now) {
  Table& table = TableOf(asker);
  for (auto next = table.kinds.begin(); next != table.kinds.end();) {
    auto& [begun, record] = next->second;
    if (begun > until) {
      ++next;
    } else if (record.repeat_count() == 0) {
      const auto own = table.kinds_of.find(CallerIn(next->first, asker));
      if (--own->second == 0) table.kinds_of.erase(own);
      next = table.kinds.erase(next);
    } else {
      // A kind that goes on stays known, so that a flood without end is one record a window.
      Write(record, asker);
      next->second = {now, {}};
      ++next;
    }
  }
}

void Denials::Write(const audit::v1::AuditRecord& record, Asker asker) {
  const double count = static_cast<double>(std::max<int64_t>(1, record.repeat_count()));
  records_.Add({.key = KeyOf(record, asker)}, record.SerializeAsString(),
               [this, count](const absl::StatusOr<std::monostate>& written) {
                 if (!written.ok()) unaudited_series_.Add(count);
               });
}

}  // namespace bangfu::rpc
