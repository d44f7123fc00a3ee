#include "services/registration/domain/disclosure.h"

#include <cstddef>

namespace bangfu::registration::domain {
namespace {

// The table of parts while it is decided.
class Withholding {
 public:
  Withholding(const WithheldByStatus* of_whole, absl::Span<const FiguresByStatus> parts,
              absl::Span<const FiguresByStatus> counts, const DisclosureOptions& options)
      : of_whole_(of_whole), parts_(parts), options_(options) {
    groups_ = parts.empty() ? 0 : parts[0][0].size();
    for (size_t p = 0; p < parts.size(); ++p) {
      withheld_.emplace_back();
      for (int s = 0; s < kStatuses; ++s) {
        for (size_t g = 0; g < groups_; ++g) {
          const int64_t count = counts[p][s][g];
          withheld_[p][s].push_back(count > 0 && count < options.least_count);
        }
      }
    }
  }

  std::vector<WithheldByStatus> Decide() {
    do {
      changed_ = false;
      if (options_.groups_add_up) CompleteRows();
      CompleteStatuses();
      if (of_whole_ != nullptr) CompleteParts();
    } while (changed_);
    return std::move(withheld_);
  }

 private:
  struct Place {
    size_t part;
    int status;
    size_t group;
  };

  void CompleteRows() {
    for (size_t p = 0; p < parts_.size(); ++p) {
      for (int s = 0; s < kStatuses; ++s) {
        std::vector<Place> terms;
        for (size_t g = 0; g < groups_; ++g) terms.push_back({p, s, g});
        Complete(terms, 0);
      }
    }
  }

  void CompleteStatuses() {
    for (size_t p = 0; p < parts_.size(); ++p) {
      for (size_t g = 0; g < groups_; ++g) Complete({{p, 0, g}, {p, 1, g}, {p, 2, g}}, 0);
    }
  }

  void CompleteParts() {
    for (int s = 0; s < kStatuses; ++s) {
      for (size_t g = 0; g < groups_; ++g) {
        std::vector<Place> terms;
        for (size_t p = 0; p < parts_.size(); ++p) terms.push_back({p, s, g});
        Complete(terms, (*of_whole_)[s][g] ? 1 : 0);
      }
    }
  }

  // Withholds the least of the terms if exactly one is withheld, `besides` counted.
  void Complete(const std::vector<Place>& terms, int besides) {
    int withheld = besides;
    const Place* least = nullptr;
    for (const Place& place : terms) {
      if (withheld_[place.part][place.status][place.group]) {
        ++withheld;
      } else if (least == nullptr || FigureAt(place) < FigureAt(*least)) {
        least = &place;
      }
    }
    if (withheld != 1 || least == nullptr) return;
    withheld_[least->part][least->status][least->group] = true;
    changed_ = true;
  }

  int64_t FigureAt(const Place& place) const { return parts_[place.part][place.status][place.group]; }

  const WithheldByStatus* const of_whole_;
  const absl::Span<const FiguresByStatus> parts_;
  const DisclosureOptions options_;
  size_t groups_ = 0;
  std::vector<WithheldByStatus> withheld_;
  bool changed_ = false;
};

}  // namespace

std::vector<WithheldByStatus> WithholdParts(const WithheldByStatus& of_whole, absl::Span<const FiguresByStatus> parts,
                                            absl::Span<const FiguresByStatus> counts,
                                            const DisclosureOptions& options) {
  return Withholding(&of_whole, parts, counts, options).Decide();
}

WithheldByStatus WithholdAlone(const FiguresByStatus& figures, const FiguresByStatus& counts,
                               const DisclosureOptions& options) {
  return Withholding(nullptr, {&figures, 1}, {&counts, 1}, options).Decide()[0];
}

std::vector<status::FieldError> CheckDisclosureRules(const v1::DisclosureRules&) { return {}; }

}  // namespace bangfu::registration::domain
