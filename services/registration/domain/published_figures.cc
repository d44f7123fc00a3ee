#include "services/registration/domain/published_figures.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "bangfu/registration/v1/bitemporal_reason.pb.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/domain/population.h"

namespace bangfu::registration::domain {
namespace {

using v1::PopulationChange;
using v1::PublishedFigure;

constexpr int64_t kHundredths = 100;

bool CountsHouseholds(PublishedFigure::Measure measure) {
  return measure == PublishedFigure::REGISTERED_HOUSEHOLDS || measure == PublishedFigure::HOUSEHOLDS_IN_POVERTY ||
         measure == PublishedFigure::HOUSEHOLDS_OUT_OF_POVERTY;
}

// Whether the measure counts who has the status. In poverty are all registered who are not out of it: those about to
// leave have not left, and those who returned are in it again.
bool Counts(PublishedFigure::Measure measure, PopulationChange::Status status) {
  if (status == PopulationChange::ORDINARY) return false;
  switch (measure) {
    case PublishedFigure::REGISTERED_HOUSEHOLDS:
    case PublishedFigure::REGISTERED_PERSONS: return true;
    case PublishedFigure::HOUSEHOLDS_IN_POVERTY:
    case PublishedFigure::PERSONS_IN_POVERTY: return status != PopulationChange::OUT_OF_POVERTY;
    default: return status == PopulationChange::OUT_OF_POVERTY;
  }
}

// How many came and went.
struct Flow {
  int64_t in = 0, out = 0;
  // Without those who did both.
  Flow Net() const { return {std::max<int64_t>(in - out, 0), std::max<int64_t>(out - in, 0)}; }
};

// Facts of one place in a list.
auto FactOf(const PublishedFigure& figure) {
  return std::make_tuple(figure.measure(), figure.date(), figure.from_date(), figure.movement());
}

// Later sources first; of one day the figure that was recorded last.
bool IsNewer(const PublishedFigure& left, const PublishedFigure& right) {
  return std::make_tuple(left.source_date(), left.figure_id()) >
         std::make_tuple(right.source_date(), right.figure_id());
}

void Describe(v1::PublishedFact* fact) {
  auto least = fact->figures(0).value_centi(), greatest = least;
  for (const PublishedFigure& figure : fact->figures()) {
    least = std::min(least, figure.value_centi());
    greatest = std::max(greatest, figure.value_centi());
  }
  fact->set_conflict(least != greatest);
  fact->set_spread_centi(greatest - least);
}

// The newest source's figure of each fact that `wanted` takes.
template <typename Wanted>
std::vector<PublishedFigure> Newest(const std::vector<PublishedFigure>& figures, Wanted wanted) {
  std::vector<PublishedFigure> newest;
  for (const v1::PublishedFact& fact : FactsOf(figures)) {
    if (wanted(fact)) newest.push_back(fact.figures(0));
  }
  return newest;
}

absl::StatusOr<PublishedFigure> StockOf(const std::vector<PublishedFigure>& figures, const std::string& date) {
  const auto stocks = Newest(figures, [&](const v1::PublishedFact& fact) {
    return fact.movement() == PublishedFigure::STOCK && fact.date() == date;
  });
  if (stocks.empty()) return status::Refuse(v1::PUBLISHED_STOCK_MISSING, {{"date", date}});
  return stocks[0];
}

}  // namespace

const char* UnitOf(PublishedFigure::Measure measure) {
  if (measure == PublishedFigure::POVERTY_INCIDENCE) return "%";
  return CountsHouseholds(measure) ? "户" : "人";
}

absl::Status CheckFigure(const PublishedFigure& figure, const std::string& today) {
  std::vector<status::FieldError> faults;
  const bool stock = figure.movement() == PublishedFigure::STOCK;
  if (stock != figure.from_date().empty()) {
    faults.push_back(
        {"figure.from_date", stock ? "开始日期: 期末数没有期间, 请留空" : "开始日期: 增减数请填写期间的开始日期"});
  }
  if (!stock && figure.measure() == PublishedFigure::POVERTY_INCIDENCE) {
    faults.push_back({"figure.movement", "存量或变动: 比率只有期末数"});
  }
  if (figure.date() > today) faults.push_back({"figure.date", "截止日期: 不能晚于今天"});
  if (figure.source_date() > today) faults.push_back({"figure.source_date", "来源日期: 不能晚于今天"});
  if (!faults.empty()) return status::RefuseFields(faults);
  if (figure.from_date() <= figure.date()) return absl::OkStatus();
  return status::Refuse(v1::PERIOD_REVERSED, {{"from_date", figure.from_date()}, {"to_date", figure.date()}});
}

std::vector<v1::PublishedFact> FactsOf(std::vector<PublishedFigure> figures) {
  std::sort(figures.begin(), figures.end(), [](const PublishedFigure& left, const PublishedFigure& right) {
    if (FactOf(left) != FactOf(right)) return FactOf(left) < FactOf(right);
    return IsNewer(left, right);
  });
  std::vector<v1::PublishedFact> facts;
  for (const PublishedFigure& figure : figures) {
    if (facts.empty() || FactOf(facts.back().figures(0)) != FactOf(figure)) {
      v1::PublishedFact& fact = facts.emplace_back();
      fact.set_measure(figure.measure());
      fact.set_movement(figure.movement());
      fact.set_from_date(figure.from_date());
      fact.set_date(figure.date());
    }
    *facts.back().add_figures() = figure;
  }
  for (v1::PublishedFact& fact : facts) Describe(&fact);
  return facts;
}

std::optional<int64_t> RegisterFigure(const v1::PopulationFlow& flow, PublishedFigure::Measure measure,
                                      PublishedFigure::Movement movement) {
  if (measure == PublishedFigure::POVERTY_INCIDENCE) return std::nullopt;
  const bool households = CountsHouseholds(measure);
  int64_t stock = 0;
  std::map<std::string, Flow> by_reason;
  const auto count = [&](const v1::PopulationFigure& figure) {
    return households ? figure.household_count() : figure.person_count();
  };
  for (const v1::PopulationBalance& balance : flow.total()) {
    if (!Counts(measure, balance.status())) continue;
    stock += households ? balance.end_household_count() : balance.end_person_count();
    for (const v1::PopulationFigure& figure : balance.increases()) by_reason[figure.reason()].in += count(figure);
    for (const v1::PopulationFigure& figure : balance.decreases()) by_reason[figure.reason()].out += count(figure);
  }
  if (movement == PublishedFigure::STOCK) return stock * kHundredths;
  int64_t moved = 0;
  for (auto& [reason, of_reason] : by_reason) {
    if (IsStatusChange(reason)) of_reason = of_reason.Net();
    moved += movement == PublishedFigure::INCREASE ? of_reason.in : of_reason.out;
  }
  return moved * kHundredths;
}

absl::StatusOr<v1::PublishedBalance> BalanceOf(const std::vector<PublishedFigure>& figures,
                                               const std::string& from_date, const std::string& to_date) {
  v1::PublishedBalance balance;
  ASSIGN_OR_RETURN(*balance.mutable_start(), StockOf(figures, from_date));
  ASSIGN_OR_RETURN(*balance.mutable_end(), StockOf(figures, to_date));
  const auto flows = Newest(figures, [&](const v1::PublishedFact& fact) {
    return fact.movement() != PublishedFigure::STOCK && fact.from_date() > from_date && fact.date() <= to_date;
  });
  balance.mutable_flows()->Assign(flows.begin(), flows.end());
  int64_t expected = balance.start().value_centi();
  for (const PublishedFigure& flow : flows) {
    expected += flow.movement() == PublishedFigure::INCREASE ? flow.value_centi() : -flow.value_centi();
  }
  balance.set_unexplained_centi(balance.end().value_centi() - expected);
  return balance;
}

}  // namespace bangfu::registration::domain
