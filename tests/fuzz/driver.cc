// Runs a fuzz target without libFuzzer: the inputs of its corpus, then mutations of them, the same ones on every run.
// Usage: <target> <corpus folder> [<number of mutations>]. On a crash the input stands on standard error in
// hexadecimal.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr int kDefaultMutations = 20'000;
constexpr size_t kMaxSize = 4096;
constexpr int kMaxSteps = 6;

// The input under test, for the handler of crashes.
std::string current;

void Run(std::string input) {
  current = std::move(input);
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(current.data()), current.size());
}

// Only calls that are safe in a signal handler.
void PrintInput(int signal) {
  constexpr char kDigits[] = "0123456789abcdef";
  char line[2 * kMaxSize + 1];
  size_t size = 0;
  for (unsigned char byte : current) {
    if (size + 3 > sizeof(line)) break;
    line[size++] = kDigits[byte >> 4];
    line[size++] = kDigits[byte & 15];
  }
  line[size++] = '\n';
  (void)!write(STDERR_FILENO, line, size);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

std::vector<std::string> ReadCorpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> inputs = {""};
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return inputs;
}

// Draws changed inputs. The generator's numbers are fixed by the standard; its distributions are not and stay unused.
class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& corpus) : corpus_(corpus) {}

  std::string Next() {
    std::string input = corpus_[Below(corpus_.size())];
    for (size_t steps = 1 + Below(kMaxSteps); steps > 0; --steps) Change(&input);
    if (input.size() > kMaxSize) input.resize(kMaxSize);
    return input;
  }

 private:
  size_t Below(size_t bound) { return bound == 0 ? 0 : random_() % bound; }

  void Change(std::string* input) {
    // Bytes that mean something to parsers, the ends of ranges, and the zero that ends this text.
    static constexpr char kMarks[] = "\t\n\r \"%&'(),-./09:;<=>?@AZ[\\]_az{|}\x7f\x80\xbf\xc2\xe3\xed\xf0\xff";
    const size_t at = Below(input->size() + 1);
    const size_t length = 1 + Below(8);
    switch (Below(7)) {
      case 0: input->insert(at, 1, kMarks[Below(sizeof(kMarks))]); break;
      case 1: input->insert(at, 1, static_cast<char>(Below(256))); break;
      case 2: input->erase(at, length); break;
      case 3: input->insert(at, input->substr(Below(input->size() + 1), length)); break;
      case 4: Splice(at, input); break;
      case 5: Flip(at, 1 << Below(8), input); break;
      default: Flip(at, 1 + Below(255), input);
    }
  }

  // Goes on with the end of another input.
  void Splice(size_t at, std::string* input) {
    const std::string& other = corpus_[Below(corpus_.size())];
    input->replace(at, std::string::npos, other, Below(other.size() + 1), std::string::npos);
  }

  void Flip(size_t at, size_t bits, std::string* input) {
    if (at < input->size()) (*input)[at] = static_cast<char>((*input)[at] ^ static_cast<char>(bits));
  }

  const std::vector<std::string>& corpus_;
  std::mt19937_64 random_{20'151'129};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::cerr << "usage: " << argv[0] << " <corpus folder> [<number of mutations>]\n";
    return 2;
  }
  for (int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) std::signal(signal, PrintInput);
  const std::vector<std::string> corpus = ReadCorpus(argv[1]);
  for (const std::string& input : corpus) Run(input);
  const int mutations = argc == 3 ? std::atoi(argv[2]) : kDefaultMutations;
  Mutator mutator(corpus);
  for (int i = 0; i < mutations; ++i) Run(mutator.Next());
  std::cout << corpus.size() << " inputs of the corpus and " << mutations << " mutations\n";
}
