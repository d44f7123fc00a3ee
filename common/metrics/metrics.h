// Metrics of the process in the Prometheus form.
//
// A handle is made once, outside the hot path, and then costs some tens of nanoseconds a use. Handles of one name and
// the same labels are one series. All functions are thread-safe. Label values are few and fixed (service, method, code,
// class): never a person, an account, or an area below the city. A name that Prometheus does not allow, or that
// already has another kind, ends the process.
#ifndef BANGFU_COMMON_METRICS_METRICS_H_
#define BANGFU_COMMON_METRICS_METRICS_H_

#include <map>
#include <string>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace bangfu::metrics {

using Labels = std::map<std::string, std::string>;

// Only rises. Its name ends in _total.
class Counter {
 public:
  Counter(const std::string& name, const std::string& help, const Labels& labels = {});
  // `amount` is not negative.
  void Add(double amount = 1);
  double value() const;

 private:
  prometheus::Counter* series_;
};

// Rises and falls.
class Gauge {
 public:
  Gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  void Set(double value);
  void Add(double amount = 1);
  double value() const;

 private:
  prometheus::Gauge* series_;
};

// The bounds between which a histogram counts, fixed so that all services can be compared.
enum class Buckets {
  // 0.5 ms to 60 s. The name ends in _seconds.
  kSeconds,
  // 1 to 100,000: rows, items, waiting requests.
  kCount,
  // 256 B to 64 MiB. The name ends in _bytes.
  kBytes,
};

class Histogram {
 public:
  Histogram(const std::string& name, const std::string& help, Buckets buckets, const Labels& labels = {});
  void Observe(double value);

 private:
  prometheus::Histogram* series_;
};

// All series in the text form that Prometheus reads (version 0.0.4).
std::string Exposition();

}  // namespace bangfu::metrics

#endif  // BANGFU_COMMON_METRICS_METRICS_H_
