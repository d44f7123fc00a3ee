#include "common/metrics/metrics.h"

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"

namespace bangfu::metrics {
namespace {

// Never destroyed: threads may still count while the process ends.
prometheus::Registry& TheRegistry() {
  static auto& registry = *new prometheus::Registry(prometheus::Registry::InsertBehavior::Merge);
  return registry;
}

prometheus::Histogram::BucketBoundaries BoundsOf(Buckets buckets) {
  switch (buckets) {
    case Buckets::kSeconds: return {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60};
    case Buckets::kCount: return {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 100000};
    case Buckets::kBytes: return {256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864};
  }
  return {};
}

}  // namespace

Counter::Counter(const std::string& name, const std::string& help, const Labels& labels)
    : series_(&prometheus::BuildCounter().Name(name).Help(help).Register(TheRegistry()).Add(labels)) {}

void Counter::Add(double amount) { series_->Increment(amount); }

double Counter::value() const { return series_->Value(); }

Gauge::Gauge(const std::string& name, const std::string& help, const Labels& labels)
    : series_(&prometheus::BuildGauge().Name(name).Help(help).Register(TheRegistry()).Add(labels)) {}

void Gauge::Set(double value) { series_->Set(value); }

void Gauge::Add(double amount) { series_->Increment(amount); }

double Gauge::value() const { return series_->Value(); }

Histogram::Histogram(const std::string& name, const std::string& help, Buckets buckets, const Labels& labels)
    : series_(
          &prometheus::BuildHistogram().Name(name).Help(help).Register(TheRegistry()).Add(labels, BoundsOf(buckets))) {}

void Histogram::Observe(double value) { series_->Observe(value); }

std::string Exposition() { return prometheus::TextSerializer().Serialize(TheRegistry().Collect()); }

}  // namespace bangfu::metrics
