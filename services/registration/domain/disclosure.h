// Which figures of a report are withheld from whom small ones must not be shown: small figures, and others without
// which a small one could be computed from a sum that is shown. Pure and thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_DOMAIN_DISCLOSURE_H_
#define BANGFU_SERVICES_REGISTRATION_DOMAIN_DISCLOSURE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "bangfu/registration/v1/disclosure_rules.pb.h"
#include "common/status/refusal.h"

namespace bangfu::registration::domain {

// The figures of an area: by v1::Report::Status (0 everybody, 1 not out, 2 out) and place of the group.
inline constexpr int kStatuses = 3;
using FiguresByStatus = std::array<std::vector<int64_t>, kStatuses>;
using WithheldByStatus = std::array<std::vector<bool>, kStatuses>;

struct DisclosureOptions {
  // Counts above 0 and below it are small.
  int64_t least_count = 1;
  // The groups of an area and status add up to a total that is known.
  bool groups_add_up = true;
};

// What is withheld of the parts of an area, of which `of_whole` is withheld. `counts` are what is small or not, figure
// by figure: the figures themselves, unless those are of money. Where exactly one figure of a sum would be withheld
// (the groups of a row, the statuses of a figure, the parts of the whole), the least of the others is withheld, too,
// until there is no such sum. Against whoever combines several sums this protects as such complements do, not by proof.
std::vector<WithheldByStatus> WithholdParts(const WithheldByStatus& of_whole, absl::Span<const FiguresByStatus> parts,
                                            absl::Span<const FiguresByStatus> counts, const DisclosureOptions& options);

// The same of an area by itself.
WithheldByStatus WithholdAlone(const FiguresByStatus& figures, const FiguresByStatus& counts,
                               const DisclosureOptions& options);

// Whether the rules can be applied: their fields say it all.
std::vector<status::FieldError> CheckDisclosureRules(const v1::DisclosureRules& rules);

}  // namespace bangfu::registration::domain

#endif  // BANGFU_SERVICES_REGISTRATION_DOMAIN_DISCLOSURE_H_
