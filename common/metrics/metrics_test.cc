#include "common/metrics/metrics.h"

#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::metrics {
namespace {

using ::testing::HasSubstr;

TEST(MetricsTest, OneNameAndTheSameLabelsAreOneSeries) {
  Counter first("test_calls_total", "Calls.", {{"method", "Get"}});
  Counter again("test_calls_total", "Calls.", {{"method", "Get"}});
  Counter other("test_calls_total", "Calls.", {{"method", "List"}});
  first.Add();
  again.Add(2);
  other.Add();
  EXPECT_EQ(first.value(), 3);
  const std::string text = Exposition();
  EXPECT_THAT(text, HasSubstr("# TYPE test_calls_total counter"));
  EXPECT_THAT(text, HasSubstr("test_calls_total{method=\"Get\"} 3"));
  EXPECT_THAT(text, HasSubstr("test_calls_total{method=\"List\"} 1"));
}

TEST(MetricsTest, GaugesFallToo) {
  Gauge gauge("test_waiting", "Waiting requests.");
  gauge.Set(5);
  gauge.Add(-2);
  EXPECT_EQ(gauge.value(), 3);
  EXPECT_THAT(Exposition(), HasSubstr("test_waiting 3"));
}

TEST(MetricsTest, HistogramsCountBelowTheirBounds) {
  Histogram histogram("test_call_seconds", "Duration of calls.", Buckets::kSeconds);
  histogram.Observe(0.0015);
  histogram.Observe(90);
  const std::string text = Exposition();
  EXPECT_THAT(text, HasSubstr("test_call_seconds_bucket{le=\"0.001\"} 0"));
  EXPECT_THAT(text, HasSubstr("test_call_seconds_bucket{le=\"0.002\"} 1"));
  EXPECT_THAT(text, HasSubstr("test_call_seconds_bucket{le=\"60\"} 1"));
  EXPECT_THAT(text, HasSubstr("test_call_seconds_bucket{le=\"+Inf\"} 2"));
  EXPECT_THAT(text, HasSubstr("test_call_seconds_count 2"));
}

TEST(MetricsTest, CountsOfManyThreadsAddUp) {
  Counter counter("test_threads_total", "Uses.");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&counter] {
      for (int i = 0; i < 1000; ++i) counter.Add();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 4000);
}

}  // namespace
}  // namespace bangfu::metrics
